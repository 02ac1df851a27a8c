package io.sallyport.vici;

import java.io.IOException;

/**
 * What can go wrong in a conversation with charon. Failures of the socket itself (refused, closed)
 * are other {@link IOException}s.
 *
 * <p>After {@link ViciCommandException}, {@link ViciUnknownCommandException} and {@link
 * ViciUnknownEventException} the connection is in order and goes on; after the others it was
 * closed, because its stream position is lost.
 */
public abstract sealed class ViciException extends IOException
        permits ViciCommandException,
                ViciProtocolException,
                ViciTimeoutException,
                ViciUnknownCommandException,
                ViciUnknownEventException {
    ViciException(String message) {
        super(message);
    }
}
