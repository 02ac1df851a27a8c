package io.sallyport.cli.api;

/** The server's answer is not what the API's description says. */
public final class MalformedAnswerException extends ApiException {
    MalformedAnswerException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isPassing() {
        return false;
    }
}
