package io.sallyport.vici;

import static io.sallyport.vici.ViciCodec.KEY_VALUE;
import static io.sallyport.vici.ViciCodec.LIST_END;
import static io.sallyport.vici.ViciCodec.LIST_ITEM;
import static io.sallyport.vici.ViciCodec.LIST_START;
import static io.sallyport.vici.ViciCodec.SECTION_END;
import static io.sallyport.vici.ViciCodec.SECTION_START;

import io.sallyport.vici.ViciMessage.Element;
import io.sallyport.vici.ViciMessage.ItemList;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads one packet from the octets of one segment, from its first octet to its last. */
final class MessageDecoder {
    private final byte[] segment;
    private int position;

    MessageDecoder(byte[] segment) {
        this.segment = segment;
    }

    ViciPacket packet() throws ViciProtocolException {
        int type = octet("packet type");
        return switch (type) {
            case ViciCodec.CMD_REQUEST -> new ViciPacket.CmdRequest(name(), message());
            case ViciCodec.CMD_RESPONSE -> new ViciPacket.CmdResponse(message());
            case ViciCodec.CMD_UNKNOWN -> whole(new ViciPacket.CmdUnknown());
            case ViciCodec.EVENT_REGISTER -> whole(new ViciPacket.EventRegister(name()));
            case ViciCodec.EVENT_UNREGISTER -> whole(new ViciPacket.EventUnregister(name()));
            case ViciCodec.EVENT_CONFIRM -> whole(new ViciPacket.EventConfirm());
            case ViciCodec.EVENT_UNKNOWN -> whole(new ViciPacket.EventUnknown());
            case ViciCodec.EVENT -> new ViciPacket.Event(name(), message());
            default -> throw malformed("packet type 0 to 7", "0x%02x".formatted(type));
        };
    }

    private ViciPacket whole(ViciPacket packet) throws ViciProtocolException {
        if (position != segment.length) {
            throw malformed("the end of the packet", (segment.length - position) + " octets more");
        }
        return packet;
    }

    private ViciMessage message() throws ViciProtocolException {
        return content(0);
    }

    /**
     * The elements up to the end of this section, or of the segment if this is the message itself.
     */
    private ViciMessage content(int depth) throws ViciProtocolException {
        List<Element> elements = new ArrayList<>();
        while (depth > 0 || position < segment.length) {
            int type = octet("element type");
            switch (type) {
                case SECTION_START -> {
                    if (depth == ViciMessage.MAX_DEPTH) {
                        throw malformed("at most %d nested sections".formatted(depth), "one more");
                    }
                    elements.add(new Section(name(), content(depth + 1)));
                }
                case SECTION_END -> {
                    if (depth == 0) {
                        throw malformed("an element of the message", "an end of section");
                    }
                    return ViciMessage.of(elements);
                }
                case KEY_VALUE -> elements.add(new KeyValue(name(), value()));
                case LIST_START -> elements.add(new ItemList(name(), items()));
                case LIST_ITEM -> throw malformed("an element of a section", "a list item");
                case LIST_END -> throw malformed("an element of a section", "an end of list");
                default -> throw malformed("element type 1 to 6", "0x%02x".formatted(type));
            }
        }
        return ViciMessage.of(elements);
    }

    private List<ViciValue> items() throws ViciProtocolException {
        List<ViciValue> items = new ArrayList<>();
        while (true) {
            int type = octet("list item or end of list");
            switch (type) {
                case LIST_ITEM -> items.add(value());
                case LIST_END -> {
                    return items;
                }
                default ->
                        throw malformed(
                                "a list item or the end of the list", "0x%02x".formatted(type));
            }
        }
    }

    private int octet(String what) throws ViciProtocolException {
        require(1, what);
        return Byte.toUnsignedInt(segment[position++]);
    }

    private String name() throws ViciProtocolException {
        int length = octet("length of a name");
        require(length, "name");
        for (int i = position; i < position + length; i++) {
            if (!ViciMessage.isPrintable(segment[i])) {
                throw malformed(
                        "a name of printable ASCII", "the octet 0x%02x".formatted(segment[i]));
            }
        }
        String name = new String(segment, position, length, StandardCharsets.ISO_8859_1);
        position += length;
        return name;
    }

    private ViciValue value() throws ViciProtocolException {
        int length = octet("length of a value") << 8 | octet("length of a value");
        require(length, "value");
        ViciValue value = ViciValue.copyOf(segment, position, position + length);
        position += length;
        return value;
    }

    private void require(int octets, String what) throws ViciProtocolException {
        if (segment.length - position < octets) {
            throw malformed(
                    "%d octets (%s)".formatted(octets, what),
                    Integer.toString(segment.length - position));
        }
    }

    private ViciProtocolException malformed(String expected, String came) {
        return new ViciProtocolException(
                "expected %s at offset %d, came %s".formatted(expected, position, came));
    }
}
