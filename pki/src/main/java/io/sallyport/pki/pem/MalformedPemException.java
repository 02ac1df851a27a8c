package io.sallyport.pki.pem;

import java.io.IOException;

/**
 * Text that is not the PEM it should be. The message says what was expected and never repeats the
 * text.
 */
public final class MalformedPemException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedPemException(String message) {
        super(message);
    }

    MalformedPemException(String message, Throwable cause) {
        super(message, cause);
    }
}
