package io.sallyport.vici;

import java.io.IOException;

/** Takes the messages of a streamed command, one at a time, on the thread that called. */
@FunctionalInterface
public interface EventConsumer {
    /**
     * Takes one message. While this runs nobody else can use the session, and charon keeps what it
     * has still to send in its own memory.
     *
     * @throws IOException if the message is not what it should be; the rest of the stream is then
     *     read and dropped, and the call throws this
     */
    void accept(ViciMessage message) throws IOException;
}
