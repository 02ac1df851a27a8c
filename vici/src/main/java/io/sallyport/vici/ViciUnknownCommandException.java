package io.sallyport.vici;

/**
 * This charon has no such command: it is older than the command, or the plugin behind it is not
 * loaded.
 */
public final class ViciUnknownCommandException extends ViciException {
    private final String command;

    ViciUnknownCommandException(String command) {
        super("charon does not know the command " + command);
        this.command = command;
    }

    /** The command that charon does not know. */
    public String command() {
        return command;
    }
}
