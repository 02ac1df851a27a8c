package io.sallyport.cli.command;

/** How a command ended, for scripts. The numbers are a promise. */
public enum ExitCode {
    OK(0, "Done."),
    REFUSED(1, "The server refused it."),
    USAGE(2, "The command line is wrong, or the question was answered with no."),
    UNREACHABLE(3, "The server was not reached, is not trusted, or gave no useful answer in time."),
    NOT_IN_TIME(4, "Waited in vain: it had not happened when the time was over, and may still."),
    FAILED(5, "It failed: the order or the rotation that was waited for, the step of a ceremony."),
    LOCAL(6, "Something on this machine: a file, the stored login."),
    /** EX_SOFTWARE of sysexits.h. */
    INTERNAL(70, "An error in this program.");

    private final int code;
    private final String words;

    ExitCode(int code, String words) {
        this.code = code;
        this.words = words;
    }

    public int code() {
        return code;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
