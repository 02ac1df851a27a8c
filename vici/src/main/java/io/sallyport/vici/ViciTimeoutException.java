package io.sallyport.vici;

/** charon did not do its part within the time allowed. The command may still take effect. */
public final class ViciTimeoutException extends ViciException {
    ViciTimeoutException(String message) {
        super(message);
    }
}
