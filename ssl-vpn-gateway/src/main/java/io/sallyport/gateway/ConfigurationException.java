package io.sallyport.gateway;

import java.io.IOException;
import java.io.Serial;

/** What the gateway was given to start with cannot be used; only a person can mend it. */
final class ConfigurationException extends IOException {
    @Serial private static final long serialVersionUID = 1;

    ConfigurationException(String message) {
        super(message);
    }

    ConfigurationException(String message, Exception cause) {
        super(message, cause);
    }
}
