package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.ItemList;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;
import io.sallyport.vici.ViciPacket.CmdRequest;
import io.sallyport.vici.ViciPacket.CmdResponse;
import io.sallyport.vici.ViciPacket.CmdUnknown;
import io.sallyport.vici.ViciPacket.Event;
import io.sallyport.vici.ViciPacket.EventConfirm;
import io.sallyport.vici.ViciPacket.EventRegister;
import io.sallyport.vici.ViciPacket.EventUnknown;
import io.sallyport.vici.ViciPacket.EventUnregister;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Packets to octets and back (VICI README, "Packet layer" and "Message format"). No socket, no
 * state; takes time and memory in proportion to the octets. The length header of the transport
 * layer is not part of what is coded here.
 */
public final class ViciCodec {
    /**
     * The most octets one segment may have, its length header not counted ("Transport protocol").
     */
    public static final int MAX_SEGMENT_LENGTH = 512 * 1024;

    /** The octets of the length header before each segment. */
    static final int HEADER_LENGTH = 4;

    static final int CMD_REQUEST = 0;
    static final int CMD_RESPONSE = 1;
    static final int CMD_UNKNOWN = 2;
    static final int EVENT_REGISTER = 3;
    static final int EVENT_UNREGISTER = 4;
    static final int EVENT_CONFIRM = 5;
    static final int EVENT_UNKNOWN = 6;
    static final int EVENT = 7;

    static final int SECTION_START = 1;
    static final int SECTION_END = 2;
    static final int KEY_VALUE = 3;
    static final int LIST_START = 4;
    static final int LIST_ITEM = 5;
    static final int LIST_END = 6;

    private ViciCodec() {}

    /**
     * Decodes one whole packet. Nothing may follow it.
     *
     * @param segment the content of one segment; its position stays
     * @throws ViciProtocolException saying what was expected where, and what came
     */
    public static ViciPacket decode(ByteBuffer segment) throws ViciProtocolException {
        requireSegmentLength(segment.remaining());
        byte[] octets = new byte[segment.remaining()];
        segment.get(segment.position(), octets);
        return decode(octets);
    }

    static ViciPacket decode(byte[] segment) throws ViciProtocolException {
        return new MessageDecoder(segment).packet();
    }

    /** Checks what a length header says, before anything is allocated for it. */
    static void requireSegmentLength(int length) throws ViciProtocolException {
        if (length < 1 || length > MAX_SEGMENT_LENGTH) {
            throw new ViciProtocolException(
                    "segment of %s octets, expected 1 to %d"
                            .formatted(Integer.toUnsignedString(length), MAX_SEGMENT_LENGTH));
        }
    }

    /**
     * Encodes one packet: the content of a segment.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_SEGMENT_LENGTH}
     */
    public static ByteBuffer encode(ViciPacket packet) {
        return switch (packet) {
            case CmdRequest(var name, var message) -> packet(CMD_REQUEST, name, message);
            case CmdResponse(var message) -> packet(CMD_RESPONSE, message);
            case CmdUnknown() -> packet(CMD_UNKNOWN, ViciMessage.EMPTY);
            case EventRegister(var name) -> packet(EVENT_REGISTER, name, ViciMessage.EMPTY);
            case EventUnregister(var name) -> packet(EVENT_UNREGISTER, name, ViciMessage.EMPTY);
            case EventConfirm() -> packet(EVENT_CONFIRM, ViciMessage.EMPTY);
            case EventUnknown() -> packet(EVENT_UNKNOWN, ViciMessage.EMPTY);
            case Event(var name, var message) -> packet(EVENT, name, message);
        };
    }

    private static ByteBuffer packet(int type, ViciMessage message) {
        ByteBuffer out = allocate(1 + message.encodedLength());
        out.put((byte) type);
        encode(message, out);
        return out.flip();
    }

    private static ByteBuffer packet(int type, String name, ViciMessage message) {
        ByteBuffer out = allocate(2 + name.length() + message.encodedLength());
        out.put((byte) type);
        encodeName(name, out);
        encode(message, out);
        return out.flip();
    }

    private static ByteBuffer allocate(long length) {
        if (length > MAX_SEGMENT_LENGTH) {
            throw new IllegalArgumentException(
                    "packet of %d octets, VICI carries at most %d"
                            .formatted(length, MAX_SEGMENT_LENGTH));
        }
        return ByteBuffer.allocate((int) length);
    }

    private static void encode(ViciMessage message, ByteBuffer out) {
        for (ViciMessage.Element element : message.elements()) {
            switch (element) {
                case KeyValue(var name, var value) -> {
                    out.put((byte) KEY_VALUE);
                    encodeName(name, out);
                    encodeValue(value, out);
                }
                case ItemList(var name, var items) -> {
                    out.put((byte) LIST_START);
                    encodeName(name, out);
                    for (ViciValue item : items) {
                        out.put((byte) LIST_ITEM);
                        encodeValue(item, out);
                    }
                    out.put((byte) LIST_END);
                }
                case Section(var name, var content) -> {
                    out.put((byte) SECTION_START);
                    encodeName(name, out);
                    encode(content, out);
                    out.put((byte) SECTION_END);
                }
            }
        }
    }

    private static void encodeName(String name, ByteBuffer out) {
        out.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
    }

    private static void encodeValue(ViciValue value, ByteBuffer out) {
        out.putShort((short) value.length()).put(value.octets());
    }
}
