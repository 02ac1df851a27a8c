package io.sallyport.gateway.tls;

import org.bouncycastle.tls.DatagramTransport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The link as BouncyCastle sees it; remembers what was sent from the ChangeCipherSpec on. */
final class LinkTransport implements DatagramTransport {

    // ChangeCipherSpec and Finished, one record a datagram; resent ones begin the list anew.
    private static final int FLIGHT_LIMIT = 4;

    private final DatagramLink link;
    private final List<byte[]> lastFlight = new ArrayList<>();

    LinkTransport(DatagramLink link) {
        this.link = link;
    }

    /** What is to be sent again to a peer that misses it, as datagrams. */
    List<byte[]> lastFlight() {
        return lastFlight;
    }

    @Override
    public int getReceiveLimit() {
        return link.mtuOctets();
    }

    @Override
    public int getSendLimit() {
        return link.mtuOctets();
    }

    @Override
    public int receive(byte[] into, int offset, int length, int waitMillis) throws IOException {
        byte[] datagram = link.receive(Duration.ofMillis(waitMillis));
        if (datagram == null) {
            return -1;
        }
        int taken = Math.min(length, datagram.length);
        System.arraycopy(datagram, 0, into, offset, taken);
        return taken;
    }

    @Override
    public void send(byte[] from, int offset, int length) throws IOException {
        if (from[offset] == ContentTypes.CHANGE_CIPHER_SPEC) {
            lastFlight.clear();
        }
        boolean last = from[offset] == ContentTypes.CHANGE_CIPHER_SPEC || !lastFlight.isEmpty();
        if (last && lastFlight.size() < FLIGHT_LIMIT) {
            byte[] copy = new byte[length];
            System.arraycopy(from, offset, copy, 0, length);
            lastFlight.add(copy);
        }
        link.send(from, offset, length);
    }

    @Override
    public void close() {
        // The link is the data path's.
    }
}
