package io.sallyport.node.desired;

import java.io.IOException;

/** A well formed desired state that must not be taken. */
final class UnwantedStateException extends IOException {
    UnwantedStateException(String message) {
        super(message);
    }
}
