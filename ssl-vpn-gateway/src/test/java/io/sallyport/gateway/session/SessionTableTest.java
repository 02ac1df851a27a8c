package io.sallyport.gateway.session;

import static io.sallyport.gateway.GatewayStates.group;
import static io.sallyport.gateway.GatewayStates.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.GatewayStates;
import io.sallyport.gateway.cstp.ConnectDecision;
import io.sallyport.gateway.cstp.ConnectRequest;
import io.sallyport.gateway.cstp.SessionCookie;
import io.sallyport.gateway.cstp.Sessions.Opening;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.gateway.datapath.PacketFilter;
import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.node.TestClock;
import io.sallyport.node.TestPki;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.Factor;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.IpProtocol;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

@Timeout(60)
class SessionTableTest {
    private static final UUID ADA = new UUID(0, 1);
    private static final UUID BOB = new UUID(0, 2);
    private static final GroupPolicy STAFF = group("staff");
    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.1");
    private static final ConnectRequest REQUEST =
            new ConnectRequest(
                    Optional.of("laptop"),
                    Optional.empty(),
                    OptionalInt.of(1500),
                    OptionalInt.empty(),
                    true,
                    true,
                    true);

    private final TestClock clock = new TestClock();
    private final List<SessionEvent> events = new ArrayList<>();
    private final FakeTunnels tunnels = new FakeTunnels();
    private final GatewayState first = state(1, STAFF);
    private boolean eventsAreTaken = true;
    private int most = Integer.MAX_VALUE;
    private int sessionNumber;

    @TempDir Path directory;
    private StateDirectory state;
    private SessionTable table;

    @BeforeEach
    void start() throws IOException {
        state = StateDirectory.open(directory);
        table = table();
    }

    @AfterEach
    void stop() throws IOException {
        state.close();
    }

    private SessionTable table() throws IOException {
        Addresses addresses =
                new Addresses(
                        new AddressPool(GatewayStates.POOL_V4),
                        Optional.of(new AddressPool(GatewayStates.POOL_V6)),
                        most);
        return new SessionTable(
                clock,
                SessionCookies.open(
                        state, KeySeal.at(directory.resolve("node.key")), new SecureRandom()),
                addresses,
                new SessionFiles(state),
                Runnable::run,
                tunnels,
                event -> {
                    if (eventsAreTaken) {
                        events.add(event);
                    }
                    return eventsAreTaken;
                },
                new Offers(new SecureRandom(), addresses, PacketFilter::compile, first));
    }

    /** The gateway is killed and started again. */
    private void restart() throws IOException {
        state.close();
        state = StateDirectory.open(directory);
        table = table();
    }

    @Test
    void aSessionIsOpenedConnectedAndLoggedOut() {
        SessionCookie cookie = opened(ADA, STAFF);
        ConnectDecision.Granted granted = connect(cookie);
        assertThat(granted.offer().ipv4()).isPresent();
        assertThat(granted.offer().ipv4().get().prefixLength()).isEqualTo(29);
        assertThat(granted.offer().ipv6()).isPresent();
        assertThat(granted.offer().dtls()).isPresent();
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 1, 4));
        granted.start().start(tls());
        assertThat(table.count()).isEqualTo(new SessionTable.Count(1, 0, 4));
        tunnels.last().carry(1000, 2000);
        tunnels.last().end(EndReason.LOGOUT);
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(changes())
                .containsExactly(
                        new SessionEvent.Started(
                                SOURCE,
                                Optional.of(granted.offer().ipv4().get().address()),
                                Optional.of(granted.offer().ipv6().get().address())),
                        new SessionEvent.Ended(SessionEvent.EndReason.LOGOUT));
        assertThat(events.getLast().carried())
                .isEqualTo(new SessionEvent.Counters(1000, 2000, 10, 20));
        assertThat(sessionFiles()).isEmpty();
    }

    @Test
    void aClientThatComesBackHasTheSameAddresses() {
        SessionCookie cookie = opened(ADA, STAFF);
        ConnectDecision.Granted before = connect(cookie);
        before.start().start(tls());
        tunnels.last().end(EndReason.CONNECTION_LOST);
        opened(BOB, STAFF);
        ConnectDecision.Granted after = connect(cookie);
        assertThat(after.offer().ipv4()).isEqualTo(before.offer().ipv4());
        assertThat(after.offer().ipv6()).isEqualTo(before.offer().ipv6());
        assertThat(after.offer().dtls()).isNotEqualTo(before.offer().dtls());
    }

    @Test
    void aNewConnectionEndsTheOldOneWithoutAWord() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        FakeTunnels.Tunnel old = tunnels.last();
        old.carry(100, 0);
        ConnectDecision.Granted granted = connect(cookie);
        assertThat(old.ended()).isTrue();
        assertThat(old.farewell()).isEmpty();
        granted.start().start(tls());
        assertThat(tunnels.last()).isNotSameAs(old);
        assertThat(table.count().live()).isEqualTo(1);
        assertThat(total().octetsFromClient()).isEqualTo(100);
    }

    @Test
    void aConnectionThatWasOvertakenBeforeItsStartIsClosed() {
        SessionCookie cookie = opened(ADA, STAFF);
        ConnectDecision.Granted slow = connect(cookie);
        connect(cookie).start().start(tls());
        EstablishedTls late = tls();
        slow.start().start(late);
        assertThat(late.channel().isOpen()).isFalse();
        assertThat(tunnels.all()).hasSize(1);
        assertThat(table.count().live()).isEqualTo(1);
    }

    @Test
    void theEndOfASessionTellsWhatItsOvertakenTunnelCarried() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        FakeTunnels.Tunnel overtaken = tunnels.last();
        overtaken.closesLater();
        ConnectDecision.Granted newer = connect(cookie);
        overtaken.carry(1000, 2000);
        assertThat(table.disconnectUser("user-1", "Bye.")).isEqualTo(1);
        // The overtaken tunnel still carries, so that nobody else may have its addresses.
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 4));
        overtaken.end(EndReason.REPLACED);
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
        assertThat(total()).isEqualTo(new SessionEvent.Counters(1000, 2000, 10, 20));
        assertThat(changes())
                .hasSize(2)
                .last()
                .isEqualTo(new SessionEvent.Ended(SessionEvent.EndReason.DISCONNECTED));
        EstablishedTls late = tls();
        newer.start().start(late);
        assertThat(late.channel().isOpen()).isFalse();
        assertThat(tunnels.all()).hasSize(1);
        assertThat(events).hasSize(2);
    }

    @Test
    void aStopWaitsForTheLastTunnelAndNoLongerThanItIsTold() throws Exception {
        table.awaitNoneCarries(Duration.ofDays(1));
        connect(opened(ADA, STAFF)).start().start(tls());
        FakeTunnels.Tunnel last = tunnels.last();
        last.closesLater();
        table.closeAll();
        table.awaitNoneCarries(Duration.ofMillis(1));
        CompletableFuture<Void> ended =
                CompletableFuture.runAsync(() -> last.end(EndReason.CONNECTION_LOST));
        table.awaitNoneCarries(Duration.ofDays(1));
        assertThat(table.count().live()).isZero();
        ended.join();
    }

    @Test
    void aLogoutOfTheNewerTunnelWaitsForTheOvertakenOne() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        FakeTunnels.Tunnel overtaken = tunnels.last();
        overtaken.closesLater();
        connect(cookie).start().start(tls());
        overtaken.carry(1000, 2000);
        tunnels.last().carry(300, 400);
        tunnels.last().end(EndReason.LOGOUT);
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
        overtaken.end(EndReason.REPLACED);
        assertThat(total()).isEqualTo(new SessionEvent.Counters(1300, 2400, 13, 24));
        assertThat(changes())
                .last()
                .isEqualTo(new SessionEvent.Ended(SessionEvent.EndReason.LOGOUT));
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
    }

    @Test
    void anAbandonedGrantLeavesTheSession() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().abandon();
        connect(cookie).start().start(tls());
        assertThat(table.count().live()).isEqualTo(1);
    }

    @Test
    void aSessionThatNobodyTakesUpAgainEnds() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        clock.pass(Duration.ofHours(1));
        table.tick();
        tunnels.last().end(EndReason.PEER_DEAD);
        clock.pass(Duration.ofMinutes(5));
        table.tick();
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.Granted.class);
        clock.pass(Duration.ofSeconds(301));
        table.tick();
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(changes()).endsWith(new SessionEvent.Ended(SessionEvent.EndReason.LOST));
    }

    @Test
    void aSessionEndsAtItsTime() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        clock.pass(Duration.ofHours(8));
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
        table.tick();
        assertThat(tunnels.last().farewell()).contains("time");
        assertThat(changes())
                .endsWith(new SessionEvent.Ended(SessionEvent.EndReason.SESSION_TIMEOUT));
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
    }

    @Test
    void sessionsOutliveTheProcess() throws IOException {
        SessionCookie cookie = opened(ADA, STAFF);
        ConnectDecision.Granted before = connect(cookie);
        restart();
        opened(BOB, STAFF);
        ConnectDecision.Granted after = connect(cookie);
        assertThat(after.offer().ipv4()).isEqualTo(before.offer().ipv4());
        assertThat(after.offer().ipv6()).isEqualTo(before.offer().ipv6());
    }

    @Test
    void eventNumbersGrowOverARestart() throws IOException {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        restart();
        clock.pass(Duration.ofMillis(1));
        connect(cookie).start().start(tls());
        assertThat(events.getLast().sequence()).isGreaterThan(events.getFirst().sequence());
    }

    @Test
    void aLoggedOutSessionStaysEndedOverARestart() throws IOException {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        tunnels.last().end(EndReason.LOGOUT);
        restart();
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
    }

    @Test
    void anExpiredSessionIsNotLoaded() throws IOException {
        opened(ADA, STAFF);
        clock.pass(Duration.ofHours(9));
        restart();
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
        assertThat(sessionFiles()).isEmpty();
    }

    @Test
    void aDamagedFileCostsItsOwnSessionOnly() throws IOException {
        SessionCookie lost = opened(ADA, STAFF);
        Path file = directory.resolve(sessionFiles().getFirst());
        SessionCookie kept = opened(BOB, STAFF);
        Files.write(file, new byte[] {'{', 0, 1});
        Files.write(directory.resolve("f".repeat(32) + ".json"), new byte[0]);
        restart();
        assertThat(decide(lost)).isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(decide(kept)).isInstanceOf(ConnectDecision.Granted.class);
        assertThat(sessionFiles()).hasSize(1);
    }

    @Test
    void aFileUnderAnotherNameOpensNothing() throws IOException {
        opened(ADA, STAFF);
        Path file = directory.resolve(sessionFiles().getFirst());
        Files.move(file, directory.resolve("e".repeat(32) + ".json"));
        restart();
        assertThat(table.count().away()).isZero();
    }

    @Test
    void thereAreNoMoreSessionsThanAddresses() {
        for (int i = 0; i < 5; i++) {
            opened(new UUID(9, i), STAFF);
        }
        assertThat(open(ADA, STAFF, Optional.empty())).isInstanceOf(Opening.NoRoom.class);
    }

    @Test
    void thereAreNoMoreSessionsThanTheProcessCanHold() throws IOException {
        most = 2;
        restart();
        SessionCookie first = opened(ADA, STAFF);
        opened(BOB, STAFF);
        assertThat(table.count().free()).isZero();
        assertThat(open(ADA, STAFF, Optional.empty()))
                .isEqualTo(new Opening.NoRoom("This gateway is full. Please try again later."));
        assertThat(events.getLast().session()).isEqualTo(latest());
        assertThat(events.getLast().change())
                .isEqualTo(new SessionEvent.Ended(SessionEvent.EndReason.GATEWAY_FAULT));
        connect(first).start().start(tls());
        tunnels.last().end(EndReason.LOGOUT);
        assertThat(open(ADA, STAFF, Optional.empty())).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void sessionsOfBeforeStayWhenThereMayBeFewer() throws IOException {
        SessionCookie first = opened(ADA, STAFF);
        SessionCookie second = opened(BOB, STAFF);
        most = 1;
        restart();
        assertThat(decide(first)).isInstanceOf(ConnectDecision.Granted.class);
        assertThat(decide(second)).isInstanceOf(ConnectDecision.Granted.class);
        assertThat(table.count().free()).isZero();
    }

    @Test
    void aSessionWantsTheCertificateOfItsLogin() {
        TestPki pki = new TestPki();
        X509Certificate own = pki.issue(TestPki.newKey().getPublic());
        X509Certificate other = pki.issue(TestPki.newKey().getPublic());
        GroupPolicy strict =
                group("staff", Set.of(Factor.PASSWORD, Factor.CERTIFICATE), 0, List.of());
        SessionCookie cookie = ((Opening.Opened) open(ADA, strict, Optional.of(own))).cookie();
        assertThat(table.connect(cookie, Optional.empty(), SOURCE, REQUEST))
                .isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(table.connect(cookie, Optional.of(other), SOURCE, REQUEST))
                .isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(table.connect(cookie, Optional.of(own), SOURCE, REQUEST))
                .isInstanceOf(ConnectDecision.Granted.class);
    }

    @Test
    void theProvisionerEndsASession() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        FakeTunnels.Tunnel tunnel = tunnels.last();
        table.apply(
                state(
                        2,
                        "",
                        List.of(
                                GatewayStates.disconnect(
                                        table.views().getFirst().session(), "You are blocked.")),
                        STAFF));
        assertThat(tunnel.farewell()).isEqualTo("You are blocked.");
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(changes()).endsWith(new SessionEvent.Ended(SessionEvent.EndReason.DISCONNECTED));
    }

    @Test
    void theEndOfAnUnknownSessionIsReportedOnce() {
        SessionId unknown = new SessionId("a".repeat(32));
        for (int version = 2; version < 4; version++) {
            table.apply(
                    state(version, "", List.of(GatewayStates.disconnect(unknown, "over")), STAFF));
        }
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().session()).isEqualTo(unknown);
    }

    @Test
    void aChangedPolicyIsInForceAtOnceAndKeepsTheAddress() {
        SessionCookie cookie = opened(ADA, STAFF);
        ConnectDecision.Granted before = connect(cookie);
        before.start().start(tls());
        FirewallRule rule =
                FirewallRule.ofAllPorts(
                        FirewallRule.Action.ALLOW, IpNetwork.parse("10.1.1.0/24"), IpProtocol.ANY);
        GroupPolicy narrow = group("staff", Set.of(Factor.PASSWORD), 0, List.of(rule));
        table.apply(state(2, narrow));
        assertThat(tunnels.last().ended()).isTrue();
        assertThat(tunnels.last().farewell()).isEmpty();
        ConnectDecision.Granted after = connect(cookie);
        assertThat(after.offer().policy()).isEqualTo(narrow);
        assertThat(after.offer().ipv4()).isEqualTo(before.offer().ipv4());
    }

    @Test
    void anUnchangedPolicyDisturbsNobody() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        table.apply(state(2, STAFF, group("others")));
        assertThat(tunnels.last().ended()).isFalse();
    }

    @Test
    void whoDidNotProveWhatTheGroupAsksForNowHasToLogInAgain() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        table.apply(state(2, group("staff", Set.of(Factor.PASSWORD, Factor.TOTP), 0, List.of())));
        assertThat(tunnels.last().farewell()).isNotEmpty();
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
    }

    @Test
    void aGroupThatIsGoneEndsItsSessions() {
        SessionCookie cookie = opened(ADA, STAFF);
        table.apply(state(2, group("others")));
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.NoSession.class);
    }

    @Test
    void anOperatorEndsASessionAndAUser() {
        SessionCookie one = opened(ADA, STAFF);
        SessionCookie two = opened(ADA, STAFF);
        SessionCookie bobs = opened(BOB, STAFF);
        connect(bobs).start().start(tls());
        assertThat(table.disconnectUser("user-1", "Bye.")).isEqualTo(2);
        assertThat(decide(one)).isInstanceOf(ConnectDecision.NoSession.class);
        assertThat(decide(two)).isInstanceOf(ConnectDecision.NoSession.class);
        SessionId id = table.views().getFirst().session();
        assertThat(table.disconnect(id, "Maintenance tonight")).isTrue();
        assertThat(tunnels.last().farewell()).isEqualTo("Maintenance tonight");
        assertThat(table.disconnect(id, "again")).isFalse();
    }

    @Test
    void aStopLetsClientsComeBackToTheNextProcess() throws IOException {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        table.closeAll();
        assertThat(tunnels.last().ended()).isTrue();
        assertThat(tunnels.last().farewell()).isEmpty();
        assertThat(changes()).endsWith(new SessionEvent.Lost());
        restart();
        assertThat(decide(cookie)).isInstanceOf(ConnectDecision.Granted.class);
    }

    @Test
    void aDrainRefusesLoginsAndThenEndsEverySessionWithAWord() {
        SessionCookie cookie = opened(ADA, STAFF);
        table.closeForLogins("This gateway is drained.");
        assertThat(table.closedForLogins()).contains("This gateway is drained.");
        assertThat(open(BOB, STAFF, Optional.empty())).isInstanceOf(Opening.NoRoom.class);
        assertThat(events.getLast().session()).isEqualTo(latest());
        assertThat(changes()).endsWith(new SessionEvent.Ended(SessionEvent.EndReason.DRAINED));
        connect(cookie).start().start(tls());
        table.endAll("Please connect again.");
        assertThat(tunnels.last().farewell()).isEqualTo("Please connect again.");
        assertThat(changes()).endsWith(new SessionEvent.Ended(SessionEvent.EndReason.DRAINED));
        assertThat(sessionFiles()).isEmpty();
    }

    @Test
    void whatIsCarriedIsToldEachMinuteAndEachOctetOnce() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        tunnels.last().carry(500, 0);
        clock.pass(Duration.ofMinutes(1));
        table.tick();
        clock.pass(Duration.ofMinutes(1));
        table.tick();
        tunnels.last().carry(100, 0);
        tunnels.last().end(EndReason.CONNECTION_LOST);
        assertThat(total().octetsFromClient()).isEqualTo(600);
        assertThat(changes().stream().filter(SessionEvent.Carried.class::isInstance)).hasSize(1);
    }

    @Test
    void aReadingThatWasOvertakenIsNotTold() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        FakeTunnels.Tunnel first = tunnels.last();
        first.carry(1000, 2000);
        first.meanwhile(
                () -> {
                    first.carry(500, 500);
                    connect(cookie).start().start(tls());
                });
        clock.pass(Duration.ofMinutes(1));
        table.tick();
        assertThat(first.ended()).isTrue();
        assertThat(total()).isEqualTo(new SessionEvent.Counters(1500, 2500, 15, 25));
        FakeTunnels.Tunnel second = tunnels.last();
        second.carry(1000, 1000);
        second.meanwhile(
                () -> {
                    second.carry(1000, 1000);
                    second.listener().dtlsUp(new InetSocketAddress("192.0.2.1", 4711));
                });
        second.listener().dtlsDown();
        assertThat(total()).isEqualTo(new SessionEvent.Counters(3500, 4500, 35, 45));
    }

    @Test
    void whatThereWasNoRoomToTellIsToldLater() {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        tunnels.last().carry(500, 0);
        eventsAreTaken = false;
        clock.pass(Duration.ofMinutes(1));
        table.tick();
        eventsAreTaken = true;
        tunnels.last().end(EndReason.LOGOUT);
        assertThat(total().octetsFromClient()).isEqualTo(500);
    }

    @Test
    void channelAndSourceAreShown() throws IOException {
        SessionCookie cookie = opened(ADA, STAFF);
        connect(cookie).start().start(tls());
        tunnels.last().listener().dtlsUp(new InetSocketAddress("192.0.2.9", 4433));
        assertThat(table.views().getFirst().channel()).isEqualTo(Channel.DTLS);
        tunnels.last()
                .listener()
                .roamed(
                        new InetSocketAddress("192.0.2.9", 4433),
                        new InetSocketAddress("198.51.100.7", 1));
        assertThat(table.views().getFirst().source()).contains(IpAddress.parse("198.51.100.7"));
        tunnels.last().listener().dtlsDown();
        assertThat(table.views().getFirst().channel()).isEqualTo(Channel.TLS);
        assertThat(changes()).contains(new SessionEvent.Roamed(IpAddress.parse("198.51.100.7")));
    }

    @Test
    void aTunnelThatCannotBeAttachedLeavesTheSession() {
        SessionCookie cookie = opened(ADA, STAFF);
        for (RuntimeException fault :
                List.of(new IllegalStateException("closed"), new IllegalArgumentException("?"))) {
            tunnels.breakWith(fault);
            ConnectDecision.Granted granted = connect(cookie);
            EstablishedTls tls = tls();
            granted.start().start(tls);
            assertThat(tls.channel().isOpen()).isFalse();
            assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 1, 4));
        }
        table.endAll("Bye.");
        assertThat(table.count()).isEqualTo(new SessionTable.Count(0, 0, 5));
    }

    private SessionCookie opened(UUID user, GroupPolicy policy) {
        return ((Opening.Opened) open(user, policy, Optional.empty())).cookie();
    }

    private Opening open(UUID user, GroupPolicy policy, Optional<X509Certificate> certificate) {
        sessionNumber++;
        LoginGrant grant =
                new LoginGrant(
                        latest(),
                        user,
                        "user-" + user.getLeastSignificantBits(),
                        policy,
                        clock.instant().plus(Duration.ofHours(8)));
        LoginRequest request =
                new LoginRequest(
                        policy.name(),
                        Optional.of("user"),
                        Optional.of("password"),
                        Optional.of("123456"),
                        Optional.empty(),
                        certificate.map(_ -> Octets.of(new byte[1])).stream().toList(),
                        SOURCE,
                        Optional.empty());
        return table.open(
                VerifiedLogin.of(new LoginDecision.Accepted(grant), request, certificate)
                        .orElseThrow());
    }

    /** The session that was granted last. */
    private SessionId latest() {
        return new SessionId("%032x".formatted(sessionNumber));
    }

    private ConnectDecision decide(SessionCookie cookie) {
        return table.connect(cookie, Optional.empty(), SOURCE, REQUEST);
    }

    private ConnectDecision.Granted connect(SessionCookie cookie) {
        return (ConnectDecision.Granted) decide(cookie);
    }

    private static EstablishedTls tls() {
        try {
            return new EstablishedTls(SocketChannel.open(), null, null, null);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<SessionEvent.Change> changes() {
        return events.stream().map(SessionEvent::change).toList();
    }

    private SessionEvent.Counters total() {
        return events.stream()
                .map(SessionEvent::carried)
                .reduce(SessionEvent.Counters.NONE, SessionEvent.Counters::plus);
    }

    private List<String> sessionFiles() {
        try {
            return state.names(".json");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
