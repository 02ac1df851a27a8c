package io.sallyport.gateway.datapath.tun;

import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.FrameSink;

import java.io.Closeable;
import java.io.IOException;

/** A device that gives and takes frames: the kernel's, or one in memory for tests. */
public interface Tun extends Closeable {

    /** Whether each frame, read or written, begins with a virtio header. */
    boolean hasVirtioHeaders();

    /**
     * Reads one frame, without blocking. For one thread.
     *
     * @return its length, 0 if there is none now
     * @throws IOException if the device is gone
     */
    int read(byte[] buffer, int offset) throws IOException;

    /** Waits for the next frame. For the thread that reads. */
    Waker waker() throws IOException;

    /** Writes frames. For one thread; several threads have one each. */
    FrameSink writer();

    /** What became of the frames that were written so far. Thread-safe. */
    Written written();

    /**
     * Frames for clients that were lost before they could be read, because the device's queue was
     * full. Thread-safe.
     */
    long lostUnread();

    /** To be called when no thread reads or writes any more. */
    @Override
    void close();

    /**
     * What became of frames.
     *
     * @param written the kernel took them
     * @param interfaceDown lost, because the interface is not up
     * @param full lost, because the device's queue was full
     * @param refused lost, because the kernel found fault with them
     */
    record Written(long written, long interfaceDown, long full, long refused) {
        public static final Written NONE = new Written(0, 0, 0, 0);

        public Written plus(Written other) {
            return new Written(
                    written + other.written,
                    interfaceDown + other.interfaceDown,
                    full + other.full,
                    refused + other.refused);
        }
    }
}
