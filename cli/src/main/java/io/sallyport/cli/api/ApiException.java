package io.sallyport.cli.api;

/** A request that did not get what it asked for. */
public abstract sealed class ApiException extends RuntimeException
        permits RefusedException, UnreachableException, MalformedAnswerException {
    ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same request may succeed in a moment. */
    public abstract boolean isPassing();
}
