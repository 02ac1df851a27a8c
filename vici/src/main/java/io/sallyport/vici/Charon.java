package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Element;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * charon's commands as typed calls over a {@link ViciSession}; the session's own calls do for the
 * others.
 *
 * <p>All calls block the calling thread within {@link Limits}, and throw what {@link
 * ViciSession#call} and {@link ViciSession#stream} throw, {@link ViciCommandException} with
 * charon's own message above all. Names that go to charon must be printable ASCII of at most 255
 * octets, values at most 65535 octets ({@link IllegalArgumentException}).
 *
 * <p>The consumers of the {@code list} calls get one entry at a time, while the session is busy:
 * they must not call it.
 */
public final class Charon {
    /**
     * How long calls may take.
     *
     * @param command for a plain command; of a listing, for the wait for each next entry
     * @param listing for a listing as a whole
     */
    public record Limits(Duration command, Duration listing) {
        /** 10 seconds for a command, 60 for a listing. */
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    /**
     * What became of the SAs that were to end.
     *
     * @param matches SAs that were meant
     * @param terminated SAs that ended, or whose end was begun if it was not waited for
     */
    public record Termination(long matches, long terminated) {}

    private final ViciSession session;
    private final Limits limits;

    /** Typed calls over a session, which the caller closes. */
    public Charon(ViciSession session, Limits limits) {
        this.session = session;
        this.limits = limits;
    }

    /** {@code version}: who answers. */
    public CharonVersion version() throws IOException {
        return CharonVersion.from(call("version", ViciMessage.EMPTY));
    }

    /** {@code stats}: how charon is doing. */
    public CharonStats stats() throws IOException {
        return CharonStats.from(call("stats", ViciMessage.EMPTY));
    }

    /** {@code reload-settings}: reads strongswan.conf again. */
    public void reloadSettings() throws IOException {
        call("reload-settings", ViciMessage.EMPTY);
    }

    /** {@code get-algorithms}: what charon can use, in its order. */
    public List<Algorithm> algorithms() throws IOException {
        List<Algorithm> algorithms = new ArrayList<>();
        for (Section kind : call("get-algorithms", ViciMessage.EMPTY).sections()) {
            for (Element element : kind.content().elements()) {
                if (element instanceof KeyValue(var name, var plugin)) {
                    algorithms.add(new Algorithm(kind.name(), name, plugin.text()));
                }
            }
        }
        return algorithms;
    }

    /**
     * {@code get-counters} of all connections: name of the connection, name of the counter, count.
     * Refused if the plugin {@code counters} is not loaded.
     */
    public Map<String, Map<String, Long>> counters() throws IOException {
        ViciMessage response = call("get-counters", ViciMessage.builder().put("all", true).build());
        Map<String, Map<String, Long>> counters = new LinkedHashMap<>();
        MessageReader all = new MessageReader("get-counters", response).section("counters");
        for (Section connection : all.message().sections()) {
            MessageReader in = new MessageReader(connection.name(), connection.content());
            Map<String, Long> counts = new LinkedHashMap<>();
            for (Element element : connection.content().elements()) {
                counts.put(element.name(), in.number(element.name()));
            }
            counters.put(connection.name(), counts);
        }
        return counters;
    }

    /**
     * {@code load-cert}: adds a certificate or CRL; the same one twice is no error.
     *
     * @param data PEM or DER
     */
    public void loadCertificate(CertificateType type, CertificateFlag flag, byte[] data)
            throws IOException {
        ViciMessage.Builder request = ViciMessage.builder().put("type", type.name());
        if (type == CertificateType.X509) {
            request.put("flag", flag.name());
        }
        call("load-cert", request.put("data", data).build());
    }

    /**
     * {@code flush-certs}: empties the cache of what was received or fetched, and of verified
     * trust; after that a newly loaded CRL counts.
     *
     * @param type empty for all
     */
    public void flushCertificates(Optional<CertificateType> type) throws IOException {
        call("flush-certs", ViciMessage.builder().put("type", type.map(Enum::name)).build());
    }

    /** {@code list-certs}: every certificate charon knows, not only those loaded over VICI. */
    public void listCertificates(Consumer<? super LoadedCertificate> each) throws IOException {
        list(
                "list-certs",
                "list-cert",
                ViciMessage.EMPTY,
                message -> each.accept(LoadedCertificate.from(message)));
    }

    /**
     * {@code list-certs}: every certificate of that type that charon knows.
     *
     * @param flag of X.509 certificates alone
     */
    public void listCertificates(
            CertificateType type, CertificateFlag flag, Consumer<? super LoadedCertificate> each)
            throws IOException {
        list(
                "list-certs",
                "list-cert",
                ViciMessage.builder().put("type", type.name()).put("flag", flag.name()).build(),
                message -> each.accept(LoadedCertificate.from(message)));
    }

    /**
     * {@code load-key}: adds a private key of whatever algorithm.
     *
     * @param data PEM or DER (PKCS#8 or the algorithm's own form), not encrypted
     * @return its id for {@link #unloadKey}: the SHA-1 of the public key in hexadecimal
     */
    public String loadKey(byte[] data) throws IOException {
        ViciMessage request = ViciMessage.builder().put("type", "any").put("data", data).build();
        return new MessageReader("load-key", call("load-key", request)).text("id");
    }

    /** {@code unload-key}: removes a private key. */
    public void unloadKey(String id) throws IOException {
        call("unload-key", ViciMessage.builder().put("id", id).build());
    }

    /** {@code get-keys}: ids of the private keys loaded over VICI. */
    public List<String> keys() throws IOException {
        return call("get-keys", ViciMessage.EMPTY).texts("keys");
    }

    /**
     * {@code load-authority}: adds or replaces a certification authority.
     *
     * @param definition the keys of swanctl.conf's {@code authorities.NAME}; {@code cacert} as
     *     octets
     */
    public void loadAuthority(String name, ViciMessage definition) throws IOException {
        call("load-authority", ViciMessage.builder().section(name, definition).build());
    }

    /** {@code unload-authority}: removes a certification authority. */
    public void unloadAuthority(String name) throws IOException {
        call("unload-authority", named(name));
    }

    /** {@code get-authorities}: names of the certification authorities. */
    public List<String> authorities() throws IOException {
        return call("get-authorities", ViciMessage.EMPTY).texts("authorities");
    }

    /** {@code list-authorities}: the certification authorities in full. */
    public void listAuthorities(Consumer<? super LoadedAuthority> each) throws IOException {
        list(
                "list-authorities",
                "list-authority",
                ViciMessage.EMPTY,
                message -> each.accept(LoadedAuthority.from(message)));
    }

    /**
     * {@code load-conn}: adds or replaces a connection. SAs that exist stay as they are.
     *
     * @param definition the keys of swanctl.conf's {@code connections.NAME}; certificates as octets
     */
    public void loadConnection(String name, ViciMessage definition) throws IOException {
        call("load-conn", ViciMessage.builder().section(name, definition).build());
    }

    /**
     * {@code load-conn} of several at once. The README speaks of one; charon takes as many as there
     * are sections (vici_config.c), one after the other. At the first that it refuses it stops:
     * those before it are loaded then, those after it are not.
     *
     * @param definitions by name, loaded in the map's order
     */
    public void loadConnections(Map<String, ViciMessage> definitions) throws IOException {
        ViciMessage.Builder request = ViciMessage.builder();
        definitions.forEach(request::section);
        call("load-conn", request.build());
    }

    /** {@code unload-conn}: removes a connection. SAs that exist stay, and are still rekeyed. */
    public void unloadConnection(String name) throws IOException {
        call("unload-conn", named(name));
    }

    /** {@code get-conns}: names of the connections loaded over VICI. */
    public List<String> connections() throws IOException {
        return call("get-conns", ViciMessage.EMPTY).texts("conns");
    }

    /** {@code list-conns}: the connections in full, not only those loaded over VICI. */
    public void listConnections(Consumer<? super LoadedConnection> each) throws IOException {
        list(
                "list-conns",
                "list-conn",
                ViciMessage.EMPTY,
                message -> each.accept(LoadedConnection.from(message)));
    }

    /** {@code list-sas}: the IKE_SAs that match, with their CHILD_SAs (that match). */
    public void listSas(SaSelector selector, Consumer<? super IkeSa> each) throws IOException {
        list(
                "list-sas",
                "list-sa",
                selector.request().build(),
                message -> each.accept(IkeSa.from(message)));
    }

    /**
     * {@code initiate}: brings a child up, and waits until it is. charon fails it if the child is
     * up already.
     *
     * @param wait how long, at least a millisecond; {@link Limits#command} more is allowed for
     *     charon to say so. Zero begins it and does not wait, and there is no log then
     * @param log gets what charon logs about it meanwhile
     */
    public void initiate(String ike, String child, Duration wait, Consumer<? super ControlLog> log)
            throws IOException {
        ViciMessage request =
                SaSelector.child(ike, child).request().put("timeout", millis(wait)).build();
        Duration limit = limits.command().plus(wait);
        session.stream(
                "initiate",
                "control-log",
                request,
                limit,
                limit,
                message -> log.accept(ControlLog.from(message)));
    }

    /**
     * {@code terminate}: ends SAs.
     *
     * @param force removes IKE_SAs without waiting for the peer's answer
     * @param wait for each SA, at least a millisecond; charon takes one after the other, so with
     *     several a call may need up to the listing limit. Zero does not wait
     * @throws ViciCommandException also if none matches; {@code matches} in its response is then 0
     */
    public Termination terminate(SaSelector selector, boolean force, Duration wait)
            throws IOException {
        ViciMessage.Builder request = selector.request().put("timeout", millis(wait));
        if (force) {
            request.put("force", true);
        }
        ViciMessage response =
                session.call("terminate", request.build(), limits.listing().plus(wait));
        MessageReader in = new MessageReader("terminate", response);
        return new Termination(in.number("matches"), in.number("terminated"));
    }

    /**
     * {@code rekey}: has SAs rekeyed, and does not wait for it.
     *
     * @param reauthenticate makes IKE_SAs anew instead
     * @return SAs that matched; none at all is a {@link ViciCommandException}
     */
    public long rekey(SaSelector selector, boolean reauthenticate) throws IOException {
        ViciMessage.Builder request = selector.request();
        if (reauthenticate) {
            request.put("reauth", true);
        }
        return new MessageReader("rekey", call("rekey", request.build())).number("matches");
    }

    /**
     * {@code redirect}: asks peers that dialled in to dial this gateway (RFC 5685). A peer sets up
     * the new IKE_SA before it ends the old one, so with the gateway's own address it authenticates
     * anew without an interruption. Does not wait for it.
     *
     * @param gateway an address or a name
     * @return SAs that matched; none at all is a {@link ViciCommandException}, as is a peer that
     *     did not say it can be redirected
     */
    public long redirect(SaSelector selector, String gateway) throws IOException {
        ViciMessage request = selector.request().put("gateway", gateway).build();
        return new MessageReader("redirect", call("redirect", request)).number("matches");
    }

    private ViciMessage call(String command, ViciMessage request) throws IOException {
        return session.call(command, request, limits.command());
    }

    private void list(String command, String event, ViciMessage request, EventConsumer each)
            throws IOException {
        session.stream(command, event, request, limits.command(), limits.listing(), each);
    }

    private static ViciMessage named(String name) {
        return ViciMessage.builder().put("name", name).build();
    }

    /** charon waits for ever with 0, and not at all with -1. */
    private static long millis(Duration wait) {
        return wait.isZero() ? -1 : Math.max(1, wait.toMillis());
    }
}
