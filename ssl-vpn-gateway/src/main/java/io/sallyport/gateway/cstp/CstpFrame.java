package io.sallyport.gateway.cstp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The frame of a CSTP packet: {@code 'S' 'T' 'F' 01}, the length of the payload in two octets, the
 * type, 0, then the payload. A client wants exactly one packet in one TLS record, both ways; a
 * second packet in a record is dropped, and half a packet ends the session (openconnect 9.01).
 */
public final class CstpFrame {
    /** Octets in front of the payload. */
    public static final int HEADER_LENGTH = 8;

    /** The first four octets, as a big-endian number. */
    public static final int MAGIC = 0x53544601;

    /** First octet of a disconnect that is not to be followed by a reconnect. */
    public static final int USER_LOGOUT = 0xb0;

    /** Longest text of a disconnect, in octets. */
    public static final int MAX_REASON = 256;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private CstpFrame() {}

    /** Writes the header in front of a payload of this length, which begins 8 octets later. */
    public static void writeHeader(byte[] out, int offset, CstpType type, int payloadLength) {
        INT.set(out, offset, MAGIC);
        SHORT.set(out, offset + 4, (short) payloadLength);
        out[offset + 6] = (byte) type.code();
        out[offset + 7] = 0;
    }

    /**
     * The length of the payload that a header announces.
     *
     * @return 0 to 65535, or -1 if these eight octets are no CSTP header
     */
    public static int payloadLength(byte[] in, int offset) {
        if ((int) INT.get(in, offset) != MAGIC || in[offset + 7] != 0) {
            return -1;
        }
        return Short.toUnsignedInt((short) SHORT.get(in, offset + 4));
    }

    /** The type octet of a header, 0 to 255. */
    public static int typeCode(byte[] in, int offset) {
        return Byte.toUnsignedInt(in[offset + 6]);
    }

    /** A whole packet. For what is rare; the data path writes headers in place. */
    public static byte[] encode(CstpType type, byte[] payload) {
        if (payload.length > 0xffff) {
            throw new IllegalArgumentException(
                    "expected at most 65535 octets, got " + payload.length);
        }
        byte[] packet = new byte[HEADER_LENGTH + payload.length];
        writeHeader(packet, 0, type, payload.length);
        System.arraycopy(payload, 0, packet, HEADER_LENGTH, payload.length);
        return packet;
    }

    /**
     * The packet that ends a session; openconnect prints the text and does not come back.
     *
     * @param reason for the user; what is not printable ASCII becomes '?', what is too long is cut
     */
    public static byte[] disconnect(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[1 + Math.min(text.length, MAX_REASON)];
        payload[0] = (byte) USER_LOGOUT;
        for (int i = 1; i < payload.length; i++) {
            byte octet = text[i - 1];
            payload[i] = octet < 0x20 || octet > 0x7e ? (byte) '?' : octet;
        }
        return encode(CstpType.DISCONNECT, payload);
    }
}
