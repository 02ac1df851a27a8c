package io.sallyport.vici;

import java.util.Optional;

/**
 * A line of charon's log about a command under way (VICI README, {@code control-log}).
 *
 * @param group charon's subsystem, such as {@code IKE}
 * @param level 0 to 4
 * @param ikeSa the connection, if the line is about one
 * @param text the line
 */
public record ControlLog(String group, long level, Optional<String> ikeSa, String text) {
    static ControlLog from(ViciMessage message) throws ViciProtocolException {
        MessageReader in = new MessageReader("control-log", message);
        return new ControlLog(
                in.text("group"),
                in.number("level"),
                in.optionalText("ikesa-name"),
                in.text("msg"));
    }
}
