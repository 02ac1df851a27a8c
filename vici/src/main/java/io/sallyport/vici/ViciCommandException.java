package io.sallyport.vici;

/** charon understood the command and refused or failed it ({@code success=no}). */
public final class ViciCommandException extends ViciException {
    private final String command;
    private final String charonMessage;
    private final transient ViciMessage response;

    ViciCommandException(String command, ViciMessage response) {
        this(command, response, response.text("errmsg").orElse("no reason given"));
    }

    private ViciCommandException(String command, ViciMessage response, String charonMessage) {
        super("charon refused %s: %s".formatted(command, charonMessage));
        this.command = command;
        this.charonMessage = charonMessage;
        this.response = response;
    }

    /** The command that failed, such as {@code load-conn}. */
    public String command() {
        return command;
    }

    /** charon's own words, its {@code errmsg}. */
    public String charonMessage() {
        return charonMessage;
    }

    /** The whole response; {@code terminate}, for one, also tells how many SAs matched. */
    public ViciMessage response() {
        return response;
    }
}
