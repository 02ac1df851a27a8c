package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.FrameSink;
import io.sallyport.gateway.datapath.packet.Packets;
import io.sallyport.gateway.datapath.tun.Tun;

import java.io.IOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A TUN device whose other side is the test. */
final class InMemoryTun implements Tun {
    private static final int NO_DESCRIPTOR = -1; // poll(2) does not look at it

    private final Queue<byte[]> toRead = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<byte[]> written = new LinkedBlockingQueue<>();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final AtomicReference<String> reader = new AtomicReference<>("nobody");
    private final Waker waker;
    private final boolean withVirtio;

    /**
     * @param withVirtio as the kernel's device is, unless that refuses it
     */
    InMemoryTun(boolean withVirtio) throws IOException {
        this.withVirtio = withVirtio;
        waker = new Waker(NO_DESCRIPTOR);
    }

    /** What the network behind the gateway sends. */
    void send(byte[] packet) {
        sendFrame(withVirtio ? Packets.whole(packet) : packet);
    }

    void sendFrame(byte[] frame) {
        toRead.add(frame);
        waker.wake();
    }

    /** As {@link #send}, but nobody is woken: it is found by who looks. */
    void sendUnannounced(byte[] packet) {
        toRead.add(withVirtio ? Packets.whole(packet) : packet);
    }

    /** The thread that looked for a frame last. */
    String reader() {
        return reader.get();
    }

    /** Frames that were not read yet. */
    int unread() {
        return toRead.size();
    }

    /** The next packet that came out of the tunnels. */
    byte[] receive() throws InterruptedException {
        byte[] frame = written.poll(10, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no packet came");
        }
        return withVirtio ? Arrays.copyOfRange(frame, 10, frame.length) : frame;
    }

    boolean isEmpty() {
        return written.isEmpty();
    }

    void breakDown() {
        broken.set(true);
        waker.wake();
    }

    @Override
    public boolean hasVirtioHeaders() {
        return withVirtio;
    }

    @Override
    public int read(byte[] buffer, int offset) throws IOException {
        reader.set(Thread.currentThread().getName());
        if (broken.get()) {
            throw new IOException("the device is gone");
        }
        byte[] frame = toRead.poll();
        if (frame == null) {
            return 0;
        }
        System.arraycopy(frame, 0, buffer, offset, frame.length);
        return frame.length;
    }

    @Override
    public Waker waker() {
        return waker;
    }

    @Override
    public FrameSink writer() {
        return (octets, offset, length) ->
                written.add(Arrays.copyOfRange(octets, offset, offset + length));
    }

    @Override
    public Written written() {
        return Written.NONE;
    }

    @Override
    public long lostUnread() {
        return 0;
    }

    @Override
    public void close() {}
}
