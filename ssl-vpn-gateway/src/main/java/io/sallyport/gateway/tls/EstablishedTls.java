package io.sallyport.gateway.tls;

import java.nio.channels.SocketChannel;

/**
 * A TLS connection after its handshake and its login, ready for the data path. Nothing is buffered:
 * the next octet of the channel is the first of a record.
 *
 * @param dtlsPsk the 32 octets that the channel exports for the DTLS handshake ("PSK-NEGOTIATE");
 *     secret
 */
public record EstablishedTls(
        SocketChannel channel, RecordSealer sealer, RecordOpener opener, byte[] dtlsPsk) {

    @Override
    public String toString() {
        return "EstablishedTls[" + channel + "]";
    }
}
