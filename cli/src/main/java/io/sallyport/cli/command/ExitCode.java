package io.sallyport.cli.command;

/** How a command ended, for scripts. The numbers are a promise. */
public enum ExitCode {
    OK(0),
    /** The server will not do it. */
    REFUSED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** No server, no trust in it, no answer in time, or an answer that makes no sense. */
    UNREACHABLE(3),
    /** What was waited for had not come when the time was over; it may still come. */
    NOT_IN_TIME(4),
    /** What was waited for will not come: the order failed, the rotation was stopped. */
    FAILED(5),
    /** Something on this machine: a file, the stored login. */
    LOCAL(6),
    /** An error in this program (EX_SOFTWARE of sysexits.h). */
    INTERNAL(70);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
