package io.sallyport.vici;

/**
 * Octets or a message that the VICI protocol does not allow, or that lack what charon always sends.
 */
public final class ViciProtocolException extends ViciException {
    ViciProtocolException(String message) {
        super(message);
    }
}
