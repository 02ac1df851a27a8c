package io.sallyport.wire;

import java.io.IOException;

/** What came is not the record that was expected. */
public final class MalformedWireException extends IOException {
    MalformedWireException(String message, Throwable cause) {
        super(message, cause);
    }
}
