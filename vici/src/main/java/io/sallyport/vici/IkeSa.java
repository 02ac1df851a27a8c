package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Section;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An IKE_SA as charon lists it (VICI README, {@code list-sa}).
 *
 * @param name of the connection; {@code (unnamed)} while half-open, before charon knows which one
 *     it is
 * @param uniqueId changes when the IKE_SA is rekeyed
 * @param version 1 or 2
 * @param state charon's word, such as {@code CONNECTING} or {@code ESTABLISHED}
 * @param initiator whether this end began it
 * @param initiatorSpi 16 hexadecimal digits
 * @param responderSpi 16 hexadecimal digits
 * @param remoteEapId the remote EAP (or XAuth) identity, if it has another than its IKE identity
 * @param natLocal whether this end is behind a NAT
 * @param natRemote whether the other end is behind a NAT
 * @param proposal absent until negotiated
 * @param established how long ago; absent in any state but {@code ESTABLISHED}, as the next two
 * @param rekeyIn time left; absent if none is scheduled
 * @param reauthIn time left; absent if none is scheduled
 * @param localVips virtual IPs the peer gave to this end
 * @param remoteVips virtual IPs given to the peer
 * @param tasksActive what charon is doing with it as initiator, such as {@code IKE_REKEY}
 * @param childSas in charon's order; none in events that are about the IKE_SA alone
 */
public record IkeSa(
        String name,
        long uniqueId,
        int version,
        String state,
        Endpoint local,
        Endpoint remote,
        boolean initiator,
        String initiatorSpi,
        String responderSpi,
        Optional<String> remoteEapId,
        boolean natLocal,
        boolean natRemote,
        Optional<NegotiatedProposal> proposal,
        Optional<Duration> established,
        Optional<Duration> rekeyIn,
        Optional<Duration> reauthIn,
        List<String> localVips,
        List<String> remoteVips,
        List<String> tasksActive,
        List<ChildSa> childSas) {

    /** The name charon lists an IKE_SA under before it is matched to a connection. */
    public static final String UNNAMED = "(unnamed)";

    /**
     * One end.
     *
     * @param host the IP address, or {@code %any}
     * @param port the UDP port
     * @param id the IKE identity, {@code %any} while unknown
     */
    public record Endpoint(String host, int port, String id) {}

    /** Copies the lists. */
    public IkeSa {
        localVips = List.copyOf(localVips);
        remoteVips = List.copyOf(remoteVips);
        tasksActive = List.copyOf(tasksActive);
        childSas = List.copyOf(childSas);
    }

    /** Whether the IKE_SA is established, which it stays while it is being rekeyed. */
    public boolean isEstablished() {
        return state.equals("ESTABLISHED") || state.equals("REKEYING");
    }

    /**
     * Reads a {@code list-sa} message, or an event's message that has an IKE_SA as its only
     * section.
     *
     * @throws ViciProtocolException if it lacks what charon always sends
     */
    public static IkeSa from(ViciMessage message) throws ViciProtocolException {
        Section section = MessageReader.onlySection("list-sa", message);
        return from(section.name(), new MessageReader(section.name(), section.content()));
    }

    static IkeSa from(String name, MessageReader in) throws ViciProtocolException {
        List<ChildSa> childSas = new ArrayList<>();
        Optional<MessageReader> children = in.optionalSection("child-sas");
        if (children.isPresent()) {
            for (Section child : children.get().message().sections()) {
                childSas.add(
                        ChildSa.from(
                                child.name(), new MessageReader(child.name(), child.content())));
            }
        }
        return read(name, in, childSas);
    }

    /** For {@code child-rekey}, whose child-sas section has another shape. */
    static IkeSa withoutChildSas(String name, MessageReader in) throws ViciProtocolException {
        return read(name, in, List.of());
    }

    private static IkeSa read(String name, MessageReader in, List<ChildSa> childSas)
            throws ViciProtocolException {
        return new IkeSa(
                name,
                in.number("uniqueid"),
                (int) in.number("version"),
                in.text("state"),
                endpoint("local", in),
                endpoint("remote", in),
                in.isYes("initiator"),
                in.text("initiator-spi"),
                in.text("responder-spi"),
                in.optionalText("remote-eap-id").or(() -> in.optionalText("remote-xauth-id")),
                in.isYes("nat-local"),
                in.isYes("nat-remote"),
                NegotiatedProposal.from(in),
                in.seconds("established"),
                in.seconds("rekey-time"),
                in.seconds("reauth-time"),
                in.texts("local-vips"),
                in.texts("remote-vips"),
                in.texts("tasks-active"),
                childSas);
    }

    private static Endpoint endpoint(String end, MessageReader in) throws ViciProtocolException {
        return new Endpoint(in.text(end + "-host"), in.port(end + "-port"), in.text(end + "-id"));
    }
}
