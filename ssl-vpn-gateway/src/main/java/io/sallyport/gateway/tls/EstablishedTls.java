package io.sallyport.gateway.tls;

import java.nio.channels.SocketChannel;

/**
 * A TLS connection after its handshake and its login, ready for the data path. Nothing is buffered:
 * the next octet of the channel is the first of a record.
 *
 * @param dtlsPsk what the DTLS handshake of the same session is keyed with
 */
public record EstablishedTls(
        SocketChannel channel, RecordSealer sealer, RecordOpener opener, DtlsPsk dtlsPsk) {}
