package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Section;

import java.util.Set;

/** Something that happened in charon (VICI README, "Server-issued events"). */
public sealed interface ViciEvent {
    /** The events that have a type of their own here; {@link Other} carries the rest. */
    Set<String> TYPED =
            Set.of("ike-updown", "child-updown", "ike-rekey", "child-rekey", "ike-update");

    /**
     * An IKE_SA was established ({@code up}) or has ended; the end of its CHILD_SAs is told after
     * it.
     */
    record IkeUpdown(boolean up, IkeSa ikeSa) implements ViciEvent {}

    /** A CHILD_SA was established ({@code up}) or has ended; a rekeying is not told so. */
    record ChildUpdown(boolean up, IkeSa ikeSa, ChildSa childSa) implements ViciEvent {}

    /** An IKE_SA was replaced; its unique id has changed. */
    record IkeRekey(IkeSa old, IkeSa replacement) implements ViciEvent {}

    /**
     * A CHILD_SA was replaced; the old one carries its final byte counts, the new one begins at 0.
     */
    record ChildRekey(IkeSa ikeSa, ChildSa old, ChildSa replacement) implements ViciEvent {}

    /**
     * An IKE_SA is about to move (MOBIKE, or to port 4500 while it is still half-open and unnamed):
     * {@code ikeSa} has the addresses that it leaves.
     */
    record IkeUpdate(
            String localHost, int localPort, String remoteHost, int remotePort, IkeSa ikeSa)
            implements ViciEvent {}

    /** An event without a type of its own, such as {@code alert} or {@code log}. */
    record Other(String name, ViciMessage message) implements ViciEvent {}

    /**
     * Reads an event message.
     *
     * @throws ViciProtocolException if it lacks what charon always sends
     */
    static ViciEvent from(String name, ViciMessage message) throws ViciProtocolException {
        return switch (name) {
            case "ike-updown" -> new IkeUpdown(message.isYes("up"), IkeSa.from(message));
            case "child-updown" -> childUpdown(message);
            case "ike-rekey" -> {
                Section named = MessageReader.onlySection(name, message);
                MessageReader in = new MessageReader(name, named.content());
                yield new IkeRekey(
                        IkeSa.from(named.name(), in.section("old")),
                        IkeSa.from(named.name(), in.section("new")));
            }
            case "child-rekey" -> childRekey(message);
            case "ike-update" -> {
                MessageReader in = new MessageReader(name, message);
                yield new IkeUpdate(
                        in.text("local-host"),
                        in.port("local-port"),
                        in.text("remote-host"),
                        in.port("remote-port"),
                        IkeSa.from(message));
            }
            default -> new Other(name, message);
        };
    }

    private static ViciEvent childUpdown(ViciMessage message) throws ViciProtocolException {
        IkeSa ikeSa = IkeSa.from(message);
        if (ikeSa.childSas().size() != 1) {
            throw new ViciProtocolException(
                    "expected one CHILD_SA in child-updown, came " + ikeSa.childSas().size());
        }
        return new ChildUpdown(message.isYes("up"), ikeSa, ikeSa.childSas().getFirst());
    }

    private static ViciEvent childRekey(ViciMessage message) throws ViciProtocolException {
        Section named = MessageReader.onlySection("child-rekey", message);
        MessageReader in = new MessageReader("child-rekey", named.content());
        Section child = MessageReader.onlySection("child-rekey", in.section("child-sas").message());
        MessageReader both = new MessageReader("child-rekey", child.content());
        return new ChildRekey(
                IkeSa.withoutChildSas(named.name(), in),
                ChildSa.from(child.name(), both.section("old")),
                ChildSa.from(child.name(), both.section("new")));
    }
}
