package io.sallyport.gateway.tls;

import java.io.IOException;
import java.time.Duration;

/** The datagrams of one DTLS peer while its handshake runs. The data path demultiplexes them. */
public interface DatagramLink {

    /**
     * The next datagram of the peer; blocks.
     *
     * @return null if none came within the time given
     */
    byte[] receive(Duration timeout) throws IOException;

    /** Sends one datagram to the peer. A datagram that the socket does not take at once is lost. */
    void send(byte[] datagram, int offset, int length) throws IOException;

    /** The longest datagram that may be sent or is received, in octets of UDP payload. */
    int mtuOctets();
}
