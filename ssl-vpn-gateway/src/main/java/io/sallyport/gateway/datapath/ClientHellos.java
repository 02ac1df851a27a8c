package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.tls.ContentTypes;

import java.util.HexFormat;

/**
 * Reads of a DTLS ClientHello (RFC 6347 sections 4.1 and 4.2.2, RFC 5246 section 7.4.1.2) what
 * tells whose it is: the session_id, where the client puts the App-ID.
 */
final class ClientHellos {
    private static final int EPOCH = 3;
    private static final int HANDSHAKE_TYPE = 13;
    private static final int SESSION_ID_LENGTH = 59;
    private static final int SESSION_ID = 60;
    static final int APP_ID_LENGTH = 32;
    private static final int CLIENT_HELLO = 1;

    private ClientHellos() {}

    /** Whether a datagram begins with a ClientHello that can have an App-ID. */
    static boolean isClientHello(byte[] datagram, int length) {
        return length >= SESSION_ID + APP_ID_LENGTH
                && datagram[0] == ContentTypes.HANDSHAKE
                && Octets.u16(datagram, EPOCH) == 0
                && datagram[HANDSHAKE_TYPE] == CLIENT_HELLO;
    }

    /** The App-ID of a ClientHello as CONNECT offered it, or an empty text. */
    static String appId(byte[] datagram) {
        return Octets.u8(datagram, SESSION_ID_LENGTH) == APP_ID_LENGTH
                ? HexFormat.of().formatHex(datagram, SESSION_ID, SESSION_ID + APP_ID_LENGTH)
                : "";
    }
}
