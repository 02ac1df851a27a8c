package io.sallyport.concentrator.observe;

import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.node.TestClock;
import io.sallyport.vici.ChildSa;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.ViciEvent;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ObservationsTest {
    private static final DesiredTunnel TUNNEL = tunnel(1);
    private static final Duration ROUND_TRIP = Duration.ofMillis(3);

    private final TestClock clock = new TestClock();
    private final Observations observations = new Observations(clock, clock::nanoTime);
    private final String name = TUNNEL.connectionName();

    @BeforeEach
    void beginWatching() {
        observations.wanted(state(1, TUNNEL));
        list();
        observations.charonRuns("5.9.8", EspMode.USER_SPACE);
        observations.tick();
        observations.take();
    }

    @Test
    void reportsNothingBeforeCharonsStateIsKnown() {
        Observations fresh = new Observations(clock, clock::nanoTime);
        fresh.tick();
        assertThat(fresh.take()).isEmpty();
        fresh.charonIsSilent();
        fresh.tick();
        assertThat(fresh.take()).as("a silent charon may have any SA").isEmpty();
        fresh.charonIsAbsent();
        fresh.tick();
        assertThat(fresh.take()).isPresent();
    }

    @Test
    void givesWhatWasEstablishedBeforeTimeToAnswerAProbe() {
        Observations fresh = new Observations(clock, clock::nanoTime);
        fresh.wanted(state(1, TUNNEL));
        fresh.listingBegins();
        fresh.listed(sa(1, "ESTABLISHED", List.of(), child(1)));
        fresh.listingEnds(false);
        fresh.tick();
        assertThat(fresh.take()).isEmpty();

        clock.pass(Duration.ofMillis(500));
        fresh.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        fresh.tick();
        Batch batch = fresh.take().orElseThrow();
        assertThat(batch.watchedFrom()).isEqualTo(clock.instant());
        assertThat(told(batch))
                .containsExactly(
                        "ESTABLISHED true: it was so when watching began",
                        "CARRYING true: it was so when watching began");
    }

    @Test
    void anIkeSaWithoutChildSaIsNotEstablished() {
        observations.event(new ViciEvent.IkeUpdown(true, sa(1, "ESTABLISHED", List.of())));
        assertThat(changes()).isEmpty();
        observations.event(up(1));
        assertThat(changes()).containsExactly("ESTABLISHED true: the branch connected");
    }

    @Test
    void tellsWhyAnSaEnded() {
        assertThat(causeOfEnd("DELETING", List.of())).isEqualTo("the branch closed the connection");
        assertThat(causeOfEnd("ESTABLISHED", List.of("IKE_DPD")))
                .isEqualTo("DPD: the branch stopped answering");
        observations.event(up(1));
        changes();
        observations.ending(name, "the tunnel's configuration was changed");
        observations.event(down(1, "DELETING", List.of()));
        assertThat(changes())
                .containsExactly("ESTABLISHED false: the tunnel's configuration was changed");
    }

    private String causeOfEnd(String state, List<String> tasks) {
        observations.event(up(1));
        changes();
        observations.event(down(1, state, tasks));
        return changes().getFirst().replace("ESTABLISHED false: ", "");
    }

    @Test
    void rekeyingInterruptsNothing() {
        observations.event(up(1));
        changes();
        observations.event(
                new ViciEvent.IkeRekey(
                        sa(1, "REKEYED", List.of()), sa(2, "ESTABLISHED", List.of())));
        observations.event(
                new ViciEvent.ChildRekey(sa(2, "ESTABLISHED", List.of()), child(1), child(2)));
        observations.event(down(1, "DELETING", List.of()));
        assertThat(changes()).isEmpty();
        assertThat(observation().established()).isPresent();
    }

    @Test
    void aBranchThatMovedIsSeenAtItsNewAddress() {
        observations.event(up(1));
        observations.event(
                new ViciEvent.IkeUpdate(
                        "192.0.2.1", 4500, "203.0.113.9", 4500, sa(1, "ESTABLISHED", List.of())));
        assertThat(observation().established().orElseThrow().remoteAddress())
                .hasToString("203.0.113.9");
    }

    @Test
    void aProbeCountsForThreeSeconds() {
        observations.event(up(1));
        changes();
        observations.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        assertThat(changes()).containsExactly("CARRYING true: a probe came back");
        assertThat(observation().roundTrip()).contains(ROUND_TRIP);
        clock.pass(Duration.ofSeconds(3));
        observations.tick();
        assertThat(changes()).isEmpty();
        clock.pass(Duration.ofMillis(1));
        observations.tick();
        assertThat(changes()).containsExactly("CARRYING false: no reply to 3 probes");
    }

    @Test
    void nothingIsCarriedWithoutAnSa() {
        observations.event(up(1));
        observations.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        changes();
        observations.event(down(1, "DELETING", List.of()));
        assertThat(changes())
                .containsExactly(
                        "ESTABLISHED false: the branch closed the connection",
                        "CARRYING false: the branch closed the connection");
        observations.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        assertThat(changes()).isEmpty();
        assertThat(observation().carrying()).isFalse();
    }

    @Test
    void anAbsentCharonHasNothing() {
        observations.loaded(TUNNEL.id());
        observations.event(up(1));
        changes();
        observations.charonIsAbsent();
        Batch batch = observations.take().orElseThrow();
        assertThat(batch.charon().state()).isEqualTo(CharonState.ABSENT);
        assertThat(told(batch))
                .containsExactly(
                        "ESTABLISHED false: charon is not running",
                        "LOADED false: charon is not running");
    }

    @Test
    void aRestartBetweenTwoLooksIsAnInterruption() {
        observations.event(up(1));
        changes();
        observations.listingBegins();
        observations.listed(sa(1, "ESTABLISHED", List.of(), child(1)));
        observations.listingEnds(true);
        assertThat(changes())
                .containsExactly(
                        "ESTABLISHED false: charon was restarted",
                        "ESTABLISHED true: the branch connected");
    }

    @Test
    void aSilentCharonKeepsItsSas() {
        observations.event(up(1));
        changes();
        observations.charonIsSilent();
        Batch batch = observations.take().orElseThrow();
        assertThat(batch.charon().state()).isEqualTo(CharonState.UNRESPONSIVE);
        assertThat(batch.tunnels().getFirst().established()).isPresent();
    }

    @Test
    void anEventIsNewerThanTheListingUnderWay() {
        observations.event(up(1));
        changes();
        observations.listingBegins();
        observations.event(down(1, "DELETING", List.of()));
        observations.listed(sa(1, "ESTABLISHED", List.of(), child(1)));
        observations.listingEnds(false);
        assertThat(changes())
                .containsExactly("ESTABLISHED false: the branch closed the connection");
    }

    @Test
    void anAbsentCharonHasNothingAlsoInTheMiddleOfAListing() {
        observations.listingBegins();
        observations.event(up(1));
        changes();
        observations.charonIsAbsent();
        assertThat(changes()).containsExactly("ESTABLISHED false: charon is not running");
    }

    @Test
    void aListingCorrectsWhatEventsMissed() {
        observations.event(up(1));
        changes();
        list();
        assertThat(changes())
                .containsExactly("ESTABLISHED false: the SA is gone, its end was missed");
    }

    @Test
    void watchedTimeHasNoGapsWhileTheProvisionerIsAway() {
        Instant before = observations.take().orElseThrow().watchedTo();
        clock.pass(Duration.ofMinutes(5));
        assertThat(observations.take().orElseThrow().watchedFrom()).isEqualTo(before);
    }

    @Test
    void overflowDropsTheOldestAndShowsTheGap() {
        observations.take();
        Instant lastDropped = Instant.MIN;
        for (int i = 0; i < Observations.CAPACITY + 2; i++) {
            clock.pass(Duration.ofMillis(1));
            if (i == 1) {
                lastDropped = clock.instant();
            }
            observations.event(i % 2 == 0 ? up(1) : down(1, "DELETING", List.of()));
        }
        Batch batch = observations.take().orElseThrow();
        assertThat(batch.changes()).hasSize(Observations.CAPACITY);
        assertThat(batch.watchedFrom()).isEqualTo(lastDropped);
    }

    @Test
    void timeInWhichTheProcessDidNotRunWasNotWatched() {
        observations.event(up(1));
        observations.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        observations.take();
        clock.pass(Ticks.LOST.plusSeconds(60));
        observations.tick();
        Batch batch = observations.take().orElseThrow();
        assertThat(batch.watchedFrom()).isEqualTo(clock.instant());
        assertThat(batch.changes()).isEmpty();
    }

    @Test
    void anInterruptionLosesNothingThatWasSeenBeforeIt() {
        Instant begin = observations.take().orElseThrow().watchedTo();
        clock.pass(Duration.ofSeconds(1));
        observations.event(up(1));
        observations.tick();
        Instant lost = clock.instant();
        clock.pass(Ticks.LOST.plusSeconds(60));
        observations.event(down(1, "DELETING", List.of()));
        Instant again = clock.instant();
        observations.tick();

        Batch before = observations.take().orElseThrow();
        assertThat(before.watchedFrom()).isEqualTo(begin);
        assertThat(before.watchedTo()).isEqualTo(lost);
        assertThat(told(before)).containsExactly("ESTABLISHED true: the branch connected");
        Batch after = observations.take().orElseThrow();
        assertThat(after.watchedFrom()).isEqualTo(again);
        assertThat(told(after))
                .containsExactly("ESTABLISHED false: the branch closed the connection");
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, 3600})
    void aClockStepLosesNoChangeAndEndsNothing(long seconds) {
        observations.event(up(1));
        observations.reply(TUNNEL.probeAddress(), ROUND_TRIP);
        clock.step(Duration.ofSeconds(seconds));
        observations.tick();
        assertThat(changes()).hasSize(2);
        Batch after = observations.take().orElseThrow();
        assertThat(after.watchedFrom()).isEqualTo(clock.instant());
        assertThat(after.changes()).isEmpty();
        assertThat(after.tunnels().getFirst().carrying()).isTrue();
    }

    @Test
    void anAppliedVersionIsUrgent() throws InterruptedException {
        assertThat(observations.awaitNews(Duration.ofNanos(1))).isFalse();
        observations.done(new Pass(7, 3, Map.of(), List.of(), Duration.ZERO));
        assertThat(observations.awaitNews(Duration.ofDays(1))).isTrue();
        assertThat(observations.take().orElseThrow().appliedVersion()).isEqualTo(7);
    }

    @Test
    void aPassWithProblemsDoesNotApplyItsVersion() {
        observations.done(new Pass(7, 3, Map.of(), List.of("no route"), Duration.ZERO));
        assertThat(observations.take().orElseThrow().appliedVersion()).isZero();
        assertThat(observations.summary().problems()).containsExactly("no route");
    }

    @Test
    void aRefusedTunnelSaysWhy() {
        observations.refused(TUNNEL.id(), "invalid value for: proposals");
        assertThat(observation().problem()).contains("invalid value for: proposals");
        observations.loaded(TUNNEL.id());
        assertThat(observation().problem()).isEmpty();
    }

    private void list(IkeSa... sas) {
        observations.listingBegins();
        List.of(sas).forEach(observations::listed);
        observations.listingEnds(false);
    }

    private TunnelObservation observation() {
        return observations.take().orElseThrow().tunnels().getFirst();
    }

    private List<String> changes() {
        return told(observations.take().orElseThrow());
    }

    private static List<String> told(Batch batch) {
        return batch.changes().stream()
                .map(it -> "%s %s: %s".formatted(it.truth(), it.holds(), it.cause()))
                .toList();
    }

    private ViciEvent up(long id) {
        return new ViciEvent.ChildUpdown(
                true, sa(id, "ESTABLISHED", List.of(), child(id)), child(id));
    }

    private ViciEvent down(long id, String state, List<String> tasks) {
        return new ViciEvent.IkeUpdown(false, sa(id, state, tasks));
    }

    private IkeSa sa(long id, String state, List<String> tasks, ChildSa... children) {
        return new IkeSa(
                name,
                id,
                2,
                state,
                new IkeSa.Endpoint("192.0.2.1", 4500, "hub"),
                new IkeSa.Endpoint("198.51.100.7", 4500, "branch"),
                false,
                "0000000000000001",
                "0000000000000002",
                Optional.empty(),
                false,
                true,
                Optional.empty(),
                Optional.of(Duration.ZERO),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                tasks,
                List.of(children));
    }

    private static ChildSa child(long id) {
        ChildSa.Traffic none = new ChildSa.Traffic(0, 0, Optional.empty());
        return new ChildSa(
                "lan",
                id,
                1,
                "INSTALLED",
                Optional.of("TUNNEL"),
                Optional.of("ESP"),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                none,
                none,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
