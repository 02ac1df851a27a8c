package io.sallyport.cli.api;

/** There was no answer. Whether the request was carried out is not known. */
public final class UnreachableException extends ApiException {
    /** What stood in the way. */
    public enum Cause {
        /** No connection. */
        NOT_CONNECTED,
        /** The server's certificate does not lead to a trusted one, or is not for this name. */
        NOT_TRUSTED,
        /** The deadline passed. */
        TIMED_OUT,
        /** The connection broke. */
        BROKEN
    }

    private final Cause reason;

    UnreachableException(Cause reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }

    /** Whether the request was sent: then nobody knows here whether it was carried out. */
    public boolean mayHaveBeenCarriedOut() {
        return reason == Cause.BROKEN || reason == Cause.TIMED_OUT;
    }

    @Override
    public boolean isPassing() {
        return reason != Cause.NOT_TRUSTED;
    }
}
