package io.sallyport.vici;

/**
 * Who answers.
 *
 * @param daemon {@code charon}, {@code charon-systemd} or a like name
 * @param version strongSwan's, such as {@code 5.9.8}
 * @param system the operating system's name
 * @param release the operating system's release
 * @param machine the hardware
 */
public record CharonVersion(
        String daemon, String version, String system, String release, String machine) {

    static CharonVersion from(ViciMessage message) throws ViciProtocolException {
        MessageReader in = new MessageReader("version", message);
        return new CharonVersion(
                in.text("daemon"),
                in.text("version"),
                in.text("sysname"),
                in.text("release"),
                in.text("machine"));
    }
}
