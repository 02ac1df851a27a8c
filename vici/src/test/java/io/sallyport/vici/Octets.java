package io.sallyport.vici;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** How the vector files write octets and messages. */
final class Octets {
    private Octets() {}

    /** Octets from hexadecimal digits; spaces are for the eye. */
    static ByteBuffer octets(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    static String hex(ByteBuffer octets) {
        byte[] copy = new byte[octets.remaining()];
        octets.get(octets.position(), copy);
        return HexFormat.of().formatHex(copy);
    }

    /** A packet in the vector files' notation. */
    static String text(ViciPacket packet) {
        String type = packet.getClass().getSimpleName();
        return switch (packet) {
            case ViciPacket.CmdRequest(var name, var message) ->
                    "%s %s %s".formatted(type, name, text(message)).strip();
            case ViciPacket.CmdResponse(var message) -> (type + " " + text(message)).strip();
            case ViciPacket.Event(var name, var message) ->
                    "%s %s %s".formatted(type, name, text(message)).strip();
            case ViciPacket.EventRegister(var name) -> type + " " + name;
            case ViciPacket.EventUnregister(var name) -> type + " " + name;
            case ViciPacket.CmdUnknown _, ViciPacket.EventConfirm _, ViciPacket.EventUnknown _ ->
                    type;
        };
    }

    private static String text(ViciMessage message) {
        return message.elements().stream()
                .map(
                        element ->
                                switch (element) {
                                    case ViciMessage.KeyValue(var name, var value) ->
                                            name + "=" + value.text();
                                    case ViciMessage.ItemList(var name, var items) ->
                                            items.stream()
                                                    .map(ViciValue::text)
                                                    .collect(
                                                            Collectors.joining(
                                                                    " ", name + "[", "]"));
                                    case ViciMessage.Section(var name, var content) ->
                                            name + "{" + text(content) + "}";
                                })
                .collect(Collectors.joining(" "));
    }
}
