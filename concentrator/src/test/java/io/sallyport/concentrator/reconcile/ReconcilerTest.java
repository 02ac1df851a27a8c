package io.sallyport.concentrator.reconcile;

import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.concentrator.Desired;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.vici.FakeCharon;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciSession;
import io.sallyport.vici.ViciValue;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.IpNetwork;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

class ReconcilerTest {
    private static final ViciMessage YES = ViciMessage.builder().put("success", true).build();

    @TempDir Path directory;
    private StateDirectory state;
    private FakeCharon charon;
    private ViciSession session;
    private Reconciler reconciler;
    private final Set<String> connections = new TreeSet<>();
    private final Set<IpNetwork> routes = new HashSet<>();
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final List<UUID> loadedTunnels = new ArrayList<>();
    private final Set<String> keys = new TreeSet<>();
    private final List<String> redirected = new ArrayList<>();
    private NodeCredentials node = ModelCharon.NODE;
    private Instant authenticatedAt = Instant.MIN;
    private int keysLoaded;
    private boolean routesFail;
    private int routesAtMost = Integer.MAX_VALUE;
    private boolean laterRoutesWait;
    private final CountDownLatch hundredConnections = new CountDownLatch(100);
    private String refusedConnection = "";
    private String since = "Nov 21 22:36:42 2026";

    @BeforeEach
    void start() throws IOException {
        state = StateDirectory.open(directory.resolve("state"));
        charon = new FakeCharon(directory.resolve("vici"));
        charon.on("stats", (_, client) -> client.respond(stats()));
        charon.on("get-conns", (_, client) -> client.respond(list("conns", connections)));
        charon.on("get-keys", (_, client) -> client.respond(list("keys", keys)));
        charon.stream("list-sas", "list-sa", List.of());
        charon.answer("get-authorities", list("authorities", Set.of("root", "sites")));
        charon.on(
                "load-key",
                (_, client) -> {
                    String id = "k" + ++keysLoaded;
                    keys.add(id);
                    done.add("key");
                    client.respond(
                            ViciMessage.builder().put("success", true).put("id", id).build());
                });
        charon.on("load-authority", (_, client) -> did("authority", client));
        charon.on("flush-certs", (_, client) -> did("flush", client));
        charon.on(
                "load-cert",
                (request, client) ->
                        did(
                                request.text("type").equals(Optional.of("X509"))
                                        ? "certificate"
                                        : "crl",
                                client));
        charon.on(
                "unload-key",
                (request, client) -> {
                    String id = request.text("id").orElseThrow();
                    keys.remove(id);
                    did("unload " + id, client);
                });
        charon.on(
                "redirect",
                (request, client) -> {
                    redirected.add(
                            request.text("ike").orElseThrow()
                                    + " to "
                                    + request.text("gateway").orElseThrow());
                    client.respond(
                            ViciMessage.builder().put("success", true).put("matches", 1).build());
                });
        charon.on(
                "load-conn",
                (request, client) -> {
                    // In turn, until one is refused (vici_config.c).
                    for (ViciMessage.Section section : request.sections()) {
                        String name = section.name();
                        if (name.equals(refusedConnection)) {
                            client.respond(
                                    ViciMessage.builder()
                                            .put("success", false)
                                            .put("errmsg", "invalid value for: proposals")
                                            .build());
                            return;
                        }
                        connections.add(name);
                        hundredConnections.countDown();
                        done.add("load " + name.substring(name.length() - 1));
                    }
                    client.respond(YES);
                });
        charon.on(
                "unload-conn",
                (request, client) -> {
                    String name = request.text("name").orElseThrow();
                    connections.remove(name);
                    did("unload " + name.substring(name.length() - 1), client);
                });
        charon.on(
                "terminate",
                (request, client) -> {
                    String name = request.text("ike").orElseThrow();
                    done.add("terminate " + name.substring(name.length() - 1));
                    client.respond(
                            ViciMessage.builder()
                                    .put("success", false)
                                    .put("matches", 0)
                                    .put("terminated", 0)
                                    .put("errmsg", "no matching SAs to terminate found")
                                    .build());
                });
        begin();
    }

    /** A new process: it knows what is on disk. */
    private void begin() {
        session = new ViciSession(charon.socket());
        reconciler =
                new Reconciler(
                        session,
                        () -> node,
                        new Routes(),
                        state,
                        Set::of,
                        (_, after) -> after.isBefore(authenticatedAt),
                        new Listener());
    }

    @AfterEach
    void stop() throws IOException {
        session.close();
        charon.close();
        state.close();
    }

    @Test
    void aNewKeyIsLoadedBeforeTheOldOneIsUnloadedAndNoTunnelIsTouched() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        assertThat(reconciler.inForce()).contains(node);
        done.clear();
        node = ModelCharon.node();

        assertThat(reconciler.bring(state(1, tunnel(1))).applied()).isTrue();
        assertThat(done).containsExactly("certificate", "key", "unload k1");
        assertThat(keys).containsExactly("k2");
        assertThat(reconciler.inForce()).contains(node);
    }

    @Test
    void aProcessKilledBeforeTheOldKeyWasUnloadedUnloadsItAfterwards() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        node = ModelCharon.node();
        charon.on("unload-key", (_, client) -> client.close());
        assertThatThrownBy(() -> reconciler.bring(state(1, tunnel(1))))
                .isInstanceOf(IOException.class);
        assertThat(keys).containsExactly("k1", "k2");
        session.close();
        charon.on(
                "unload-key",
                (request, client) -> {
                    keys.remove(request.text("id").orElseThrow());
                    did("unload", client);
                });

        begin();
        assertThat(reconciler.bring(state(1, tunnel(1))).applied()).isTrue();
        assertThat(keys).containsExactly("k2");
        assertThat(reconciler.inForce()).contains(node);
    }

    @Test
    void anSaThatIsTooOldIsRedirectedToUsOnce() throws IOException {
        Instant after = Instant.parse("2026-01-01T00:00:00Z");
        reconciler.bring(state(1, authenticatedAfter(tunnel(1), after), tunnel(2)));
        reconciler.bring(state(1, authenticatedAfter(tunnel(1), after), tunnel(2)));
        assertThat(redirected).containsExactly(tunnel(1).connectionName() + " to 192.0.2.1");

        reconciler.bring(state(2, authenticatedAfter(tunnel(1), after.plusSeconds(9)), tunnel(2)));
        assertThat(redirected).hasSize(2);
    }

    @Test
    void anSaThatIsYoungEnoughIsLeftAlone() throws IOException {
        Instant after = Instant.parse("2026-01-01T00:00:00Z");
        authenticatedAt = after.plusSeconds(1);
        reconciler.bring(state(1, authenticatedAfter(tunnel(1), after)));
        assertThat(redirected).isEmpty();
    }

    private static DesiredTunnel authenticatedAfter(DesiredTunnel tunnel, Instant after) {
        return new DesiredTunnel(
                tunnel.id(),
                tunnel.remoteIdentity(),
                tunnel.localNetworks(),
                tunnel.remoteNetworks(),
                tunnel.probeAddress(),
                tunnel.crypto(),
                Optional.of(after));
    }

    @Test
    void loadsEverythingInOrderAndThenNothing() throws IOException {
        Pass first = reconciler.bring(state(1, tunnel(1)));
        assertThat(done)
                .containsExactly(
                        "add 2",
                        "certificate",
                        "key",
                        "authority",
                        "authority",
                        "flush",
                        "crl",
                        "load 1");
        assertThat(first.applied()).isTrue();
        assertThat(loadedTunnels).contains(tunnel(1).id());

        Pass second = reconciler.bring(state(1, tunnel(1)));
        assertThat(second.actions()).isZero();
        assertThat(done).hasSize(8);
    }

    @Test
    void oneRefusedTunnelDoesNotStopTheOthers() throws IOException {
        refusedConnection = tunnel(1).connectionName();
        Pass pass = reconciler.bring(state(1, tunnel(1), tunnel(2)));
        assertThat(pass.refused())
                .containsEntry(tunnel(1).id(), "invalid value for: proposals")
                .hasSize(1);
        assertThat(done).contains("load 2");
        assertThat(pass.applied()).isTrue();
    }

    @Test
    void aRefusedChangeLeavesTheRunningSaAlone() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        refusedConnection = tunnel(1).connectionName();
        done.clear();
        reconciler.bring(state(2, changed(1)));
        assertThat(done).isEmpty();
    }

    @Test
    void aChangedTunnelIsLoadedAndItsSaEnded() throws IOException {
        reconciler.bring(state(1, tunnel(1), tunnel(2)));
        done.clear();
        reconciler.bring(state(2, changed(1), tunnel(2)));
        assertThat(done).containsExactly("load 1", "terminate 1");
    }

    @Test
    void anEndedTunnelLosesItsRoutesLast() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        reconciler.bring(state(2));
        assertThat(done).containsExactly("unload 1", "terminate 1", "remove 2");
    }

    @Test
    void noConnectionIsLoadedWithoutItsRoutes() throws IOException {
        routesFail = true;
        Pass pass = reconciler.bring(state(1, tunnel(1)));
        assertThat(pass.refused().get(tunnel(1).id())).contains("no blackhole route");
        assertThat(pass.applied()).isFalse();
        assertThat(connections).isEmpty();

        routesFail = false;
        assertThat(reconciler.bring(state(1, tunnel(1))).applied()).isTrue();
        assertThat(connections).hasSize(1);
    }

    @Test
    void connectionsAreLoadedWhileTheRoutesOfLaterOnesAreAdded() throws IOException {
        DesiredTunnel[] tunnels =
                IntStream.rangeClosed(1, 150)
                        .mapToObj(Desired::tunnel)
                        .toArray(DesiredTunnel[]::new);
        laterRoutesWait = true;
        assertThat(reconciler.bring(state(1, tunnels)).applied()).isTrue();
        assertThat(connections).hasSize(150);
        assertThat(routes).hasSize(300);
    }

    @Test
    void ofManyOnlyTheOneThatCharonRefusesIsNotLoaded() throws IOException {
        refusedConnection = tunnel(7).connectionName();
        DesiredTunnel[] tunnels =
                IntStream.rangeClosed(1, 30)
                        .mapToObj(Desired::tunnel)
                        .toArray(DesiredTunnel[]::new);
        Pass pass = reconciler.bring(state(1, tunnels));
        assertThat(pass.refused()).containsOnlyKeys(tunnel(7).id());
        assertThat(connections).hasSize(29).doesNotContain(refusedConnection);

        refusedConnection = "";
        assertThat(reconciler.bring(state(1, tunnels)).applied()).isTrue();
        assertThat(connections).hasSize(30);
    }

    @Test
    void connectionsWhoseRoutesFailedLaterAreRefused() throws IOException {
        DesiredTunnel[] tunnels =
                IntStream.rangeClosed(1, 150)
                        .mapToObj(Desired::tunnel)
                        .toArray(DesiredTunnel[]::new);
        routesAtMost = 200;
        Pass pass = reconciler.bring(state(1, tunnels));
        assertThat(connections).hasSize(100);
        assertThat(pass.refused())
                .hasSize(50)
                .allSatisfy((_, why) -> assertThat(why).contains("no blackhole route"));
        assertThat(pass.applied()).isFalse();
    }

    @Test
    void noConnectionIsLoadedWithoutTheCrl() throws IOException {
        charon.refuse("load-cert", "parsing X509_CRL certificate failed");
        Pass pass = reconciler.bring(state(1, tunnel(1)));
        assertThat(pass.problems()).anyMatch(it -> it.contains("the CRL of sites"));
        assertThat(pass.refused()).containsKey(tunnel(1).id());
        assertThat(connections).isEmpty();
    }

    @Test
    void aCrlTooLongForViciLeavesTheOneBeforeItInForce() throws IOException {
        String tooLong = "x".repeat(ViciValue.MAX_LENGTH + 1);
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        Pass pass = reconciler.bring(state(2, tooLong, tunnel(1), tunnel(2)));
        assertThat(done).as("nothing is flushed").containsExactly("add 2", "load 2");
        assertThat(pass.problems()).singleElement().asString().contains("65536 octets");
        assertThat(pass.refused()).isEmpty();
        assertThat(pass.applied()).isFalse();
    }

    @Test
    void aBranchWhoseRevocationIsInACrlTooLongForViciIsKeptOut() throws IOException {
        String tooLong = "x".repeat(ViciValue.MAX_LENGTH + 1);
        DesiredTunnel revoked = tunnel(1).revoked(new Revocation("1a", "key compromise"));
        reconciler.bring(state(1, tunnel(1), tunnel(2)));
        done.clear();

        Pass pass = reconciler.bring(state(2, tooLong, revoked, tunnel(2)));
        assertThat(done).containsExactly("unload 1", "terminate 1");
        assertThat(connections).containsExactly(tunnel(2).connectionName());
        assertThat(pass.refused()).containsOnlyKeys(tunnel(1).id());
        assertThat(pass.refused().get(tunnel(1).id()))
                .contains("key compromise")
                .contains("too long");

        reconciler.bring(state(3, revoked, tunnel(2)));
        assertThat(connections).as("the list fits again").hasSize(2);
    }

    @Test
    void aCrlTooLongForViciAndNoneBeforeItLoadsNoConnection() throws IOException {
        String tooLong = "x".repeat(ViciValue.MAX_LENGTH + 1);
        Pass pass = reconciler.bring(state(1, tooLong, tunnel(1)));
        assertThat(pass.refused().get(tunnel(1).id())).contains("65536 octets");
        assertThat(connections).isEmpty();
    }

    @Test
    void loadsEverythingIntoARestartedCharon() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        connections.clear();
        keys.clear();
        since = "Nov 21 22:40:00 2026";
        charon.restart();
        reconciler.bring(state(1, tunnel(1)));
        assertThat(done)
                .containsExactly(
                        "certificate", "key", "authority", "authority", "flush", "crl", "load 1");
    }

    @Test
    void aNewProcessDoesNotDisturbTheCharonItKnows() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        session.close();
        begin();
        since = "Nov 21 22:36:43 2026"; // charon's own wobble
        Pass pass = reconciler.bring(state(1, tunnel(1)));
        assertThat(pass.actions()).isZero();
        assertThat(done).isEmpty();
    }

    @Test
    void aChangeOrderedWhileTheProcessWasAwayEndsTheOldSa() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        session.close();
        begin();
        reconciler.bring(state(2, changed(1)));
        assertThat(done).containsExactly("load 1", "terminate 1");
    }

    @Test
    void loadsAgainWhatSomebodyUnloaded() throws IOException {
        reconciler.bring(state(1, tunnel(1), tunnel(2)));
        done.clear();
        connections.remove(tunnel(2).connectionName());
        reconciler.bring(state(1, tunnel(1), tunnel(2)));
        assertThat(done).containsExactly("load 2");
    }

    @Test
    void aStateWithoutAnyCrlLoadsNoConnection() throws IOException {
        DesiredState desired = state(1, tunnel(1));
        Pass pass =
                reconciler.bring(
                        new DesiredState(
                                1,
                                desired.concentrator(),
                                desired.local(),
                                desired.authorities(),
                                List.of(),
                                desired.tunnels()));
        assertThat(pass.applied()).isFalse();
        assertThat(connections).isEmpty();
    }

    @Test
    void closesTheWayForClearTextAlsoWithoutCharon() throws IOException {
        routes.add(IpNetwork.parse("10.9.9.0/24"));
        charon.stop();
        assertThatThrownBy(() -> reconciler.bring(state(1, tunnel(1))))
                .isInstanceOf(IOException.class);
        assertThat(done).containsExactly("add 2");
        assertThat(routes).containsAll(tunnel(1).remoteNetworks());
        assertThat(routes).as("an SA may carry what is not wanted any more").hasSize(3);

        charon.start();
        assertThat(reconciler.bring(state(1, tunnel(1))).applied()).isTrue();
        assertThat(routes).hasSize(2);
    }

    @Test
    void endsAnSaWhoseConnectionAKilledProcessUnloaded() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        session.close();
        begin();
        connections.remove(tunnel(1).connectionName());
        charon.stream("list-sas", "list-sa", List.of(sa(tunnel(1).connectionName())));
        assertThat(reconciler.bring(state(2)).applied()).isTrue();
        assertThat(done).containsExactly("terminate 1", "remove 2");

        done.clear();
        reconciler.bring(state(2));
        assertThat(done).as("it was ended once").isEmpty();
    }

    @Test
    void aClockStepOfTheSameCharonIsNoRestart() throws IOException {
        reconciler.bring(state(1, tunnel(1)));
        done.clear();
        since = "Nov 21 22:40:00 2026";
        assertThat(reconciler.bring(state(1, tunnel(1))).actions()).isZero();
        session.close();
        begin();
        assertThat(reconciler.bring(state(1, tunnel(1))).actions()).isZero();
        assertThat(done).isEmpty();
    }

    private static DesiredTunnel changed(int number) {
        return tunnel(number, Duration.ofHours(2));
    }

    private void did(String what, FakeCharon.Client client) throws IOException {
        done.add(what);
        client.respond(YES);
    }

    private static ViciMessage list(String name, Set<String> items) {
        return ViciMessage.builder().list(name, items).build();
    }

    private static ViciMessage sa(String name) {
        return ViciMessage.builder()
                .section(
                        name,
                        it ->
                                it.put("uniqueid", 1)
                                        .put("version", 2)
                                        .put("state", "ESTABLISHED")
                                        .put("local-host", "192.0.2.1")
                                        .put("local-port", 4500)
                                        .put("local-id", "hub")
                                        .put("remote-host", "198.51.100.7")
                                        .put("remote-port", 4500)
                                        .put("remote-id", "branch")
                                        .put("initiator-spi", "0000000000000001")
                                        .put("responder-spi", "0000000000000002"))
                .build();
    }

    private ViciMessage stats() {
        return ViciMessage.builder()
                .section("uptime", it -> it.put("running", "1 second").put("since", since))
                .section("workers", it -> it.put("total", 16).put("idle", 11))
                .section("ikesas", it -> it.put("total", 0).put("half-open", 0))
                .list("plugins", List.of("vici"))
                .build();
    }

    private final class Routes implements BlackholeRoutes {
        @Override
        public Set<IpNetwork> list() {
            return Set.copyOf(routes);
        }

        @Override
        public void change(Set<IpNetwork> add, Set<IpNetwork> remove) throws IOException {
            if (laterRoutesWait && !routes.isEmpty()) {
                awaitHundredConnections();
            }
            if (routesFail || routes.size() + add.size() > routesAtMost) {
                throw new IOException("Operation not permitted");
            }
            routes.addAll(add);
            routes.removeAll(remove);
            done.add(add.isEmpty() ? "remove " + remove.size() : "add " + add.size());
        }

        private void awaitHundredConnections() throws IOException {
            try {
                if (!hundredConnections.await(10, TimeUnit.SECONDS)) {
                    throw new IOException("connections waited for routes that are not theirs");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private final class Listener implements LoadListener {
        @Override
        public void loaded(UUID tunnel) {
            loadedTunnels.add(tunnel);
        }

        @Override
        public void refused(UUID tunnel, String problem) {}

        @Override
        public void charonForgot() {}

        @Override
        public void ending(String connection, String cause) {}
    }
}
