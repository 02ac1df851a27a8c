package io.sallyport.pki.revocation;

/** What was sent is no OCSP request that is answered: the responder says malformedRequest. */
public final class MalformedOcspRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedOcspRequestException(String message) {
        super(message);
    }

    MalformedOcspRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
