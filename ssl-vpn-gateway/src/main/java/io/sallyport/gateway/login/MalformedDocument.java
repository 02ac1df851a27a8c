package io.sallyport.gateway.login;

import java.io.IOException;

/** What came is not the document or the form that was expected. Says nothing of its content. */
public final class MalformedDocument extends IOException {
    MalformedDocument(String message) {
        super(message);
    }

    MalformedDocument(String message, Throwable cause) {
        super(message, cause);
    }
}
