package io.sallyport.pki.key;

/**
 * A public key that is damaged, too weak or of a kind not accepted. The message tells its owner
 * what to do instead.
 */
public final class UnacceptableKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnacceptableKeyException(String message) {
        super(message);
    }

    UnacceptableKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
