package io.sallyport.pki.request;

/**
 * A request that is not fulfilled. The message is for the one who sent it: what is wrong, and what
 * to send instead.
 */
public final class RequestRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** More octets than any sane request has. */
        TOO_LARGE,
        /** Not PKCS#10, neither PEM nor DER, or damaged. */
        NOT_A_REQUEST,
        /** Key too weak, damaged or of a kind that the profile does not have. */
        UNACCEPTABLE_KEY,
        /** Not signed with its key, or by an algorithm that proves nothing. */
        WRONG_SIGNATURE,
        /** A name that is malformed or of a kind that the profile does not have. */
        MALFORMED_NAME,
        /** Names somebody else. */
        FOREIGN_NAME
    }

    private final Reason reason;

    RequestRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    RequestRefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why, for programs. */
    public Reason reason() {
        return reason;
    }
}
