package io.sallyport.provisioner.configuration;

import io.sallyport.pki.key.Passphrase;

import java.nio.file.Path;

/** Where the password is that opens the keys of the authorities. */
public sealed interface CaPassword {

    /** In a file of the data directory, made at the first start. */
    record Made() implements CaPassword {}

    /** In a file elsewhere, such as a credential that systemd loads. */
    record InFile(Path file) implements CaPassword {}

    /** In the environment of this process. */
    record Given(Passphrase password) implements CaPassword {}

    /**
     * In a file of the data directory that only a key of a PKCS#11 token opens.
     *
     * @param library the token's PKCS#11 library, an absolute path
     * @param slot the number of its slot, as its own tool lists it
     * @param pinFile file with the PIN of the token's user
     */
    record InToken(Path library, long slot, Path pinFile) implements CaPassword {}
}
