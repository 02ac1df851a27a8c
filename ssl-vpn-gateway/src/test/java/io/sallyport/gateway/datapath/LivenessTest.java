package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.Liveness.Due;

import org.junit.jupiter.api.Test;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

class LivenessTest {
    private static final long SECOND = 1_000_000_000L;

    /** As System.nanoTime may be: negative, and about to change its sign. */
    private static final long START = -5 * SECOND;

    private final Liveness liveness = liveness(30, 0, 0);

    @Test
    void probesASilentTlsChannelAndThenGivesItUp() {
        assertThat(tls(START + 29 * SECOND)).isEqualTo(Due.NOTHING);
        assertThat(tls(START + 30 * SECOND)).isEqualTo(Due.PROBE);
        assertThat(tls(START + 31 * SECOND)).isEqualTo(Due.NOTHING);
        assertThat(tls(START + 38 * SECOND)).as("again").isEqualTo(Due.PROBE);
        assertThat(tls(START + 59 * SECOND)).isEqualTo(Due.PROBE);
        assertThat(tls(START + 60 * SECOND)).isEqualTo(Due.DEAD);
    }

    @Test
    void dpdZeroNeverProbes() {
        Liveness without = liveness(0, 0, 0);
        assertThat(without.tls(START, START, START + 9_999 * SECOND)).isEqualTo(Due.NOTHING);
        assertThat(without.dtls(START, START, START, true, START + 9_999 * SECOND))
                .isEqualTo(Due.NOTHING);
    }

    @Test
    void keepsAChannelAliveOnWhichNothingWasSent() {
        Liveness keeping = liveness(0, 20, 0);
        assertThat(keeping.tls(START, START, START + 19 * SECOND)).isEqualTo(Due.NOTHING);
        assertThat(keeping.tls(START, START, START + 20 * SECOND)).isEqualTo(Due.KEEPALIVE);
        assertThat(keeping.dtls(START, START, START, true, START + 20 * SECOND))
                .isEqualTo(Due.KEEPALIVE);
    }

    @Test
    void anIdleUdpChannelIsNotSuspected() {
        for (int second = 0; second < 30; second++) {
            assertThat(dtls(START, START, true, START + second * SECOND)).isEqualTo(Due.NOTHING);
        }
        assertThat(dtls(START, START, true, START + 30 * SECOND)).isEqualTo(Due.PROBE);
        assertThat(dtls(START, START, true, START + 60 * SECOND)).isEqualTo(Due.DEAD);
    }

    @Test
    void packetsThatNobodyAnswersAreFollowedByProbesAndThenByTls() {
        long sent = START + 10 * SECOND;
        assertThat(dtls(START, sent, true, sent)).isEqualTo(Due.NOTHING);
        assertThat(dtls(START, sent, true, sent + 2 * SECOND)).isEqualTo(Due.PROBE);
        assertThat(dtls(START, sent + 2 * SECOND, true, sent + 3 * SECOND)).isEqualTo(Due.PROBE);
        assertThat(dtls(START, sent + 6 * SECOND, true, sent + 7 * SECOND)).isEqualTo(Due.SUSPEND);
        assertThat(dtls(START, sent + 6 * SECOND, false, sent + 8 * SECOND))
                .as("suspended already")
                .isEqualTo(Due.NOTHING);
    }

    @Test
    void anAnswerEndsTheSuspicion() {
        long sent = START + 10 * SECOND;
        assertThat(dtls(START, sent, true, sent)).isEqualTo(Due.NOTHING);
        assertThat(dtls(START, sent, true, sent + 2 * SECOND)).isEqualTo(Due.PROBE);
        long answered = sent + 2 * SECOND;
        assertThat(dtls(answered, sent, true, sent + 7 * SECOND)).isEqualTo(Due.NOTHING);
        long next = answered + 20 * SECOND;
        assertThat(dtls(answered, next, true, next)).isEqualTo(Due.NOTHING);
        assertThat(dtls(answered, next, true, next + 2 * SECOND)).isEqualTo(Due.PROBE);
    }

    @Test
    void idleCountsFromTheLastPacket() {
        Liveness idle = liveness(0, 0, 60);
        assertThat(idle.isIdle(START, START + 59 * SECOND)).isFalse();
        assertThat(idle.isIdle(START, START + 60 * SECOND)).isTrue();
        assertThat(liveness.isIdle(START, START + 9_999 * SECOND)).isFalse();
    }

    private Due tls(long now) {
        return liveness.tls(START, START, now);
    }

    private Due dtls(long receivedAt, long packetSentAt, boolean carrying, long now) {
        return liveness.dtls(receivedAt, packetSentAt, packetSentAt, carrying, now);
    }

    private static Liveness liveness(int dpd, int keepalive, int idle) {
        return new Liveness(
                new TunnelSpec(
                        "test",
                        Optional.of((Inet4Address) InetAddress.ofLiteral("10.77.0.7")),
                        Optional.empty(),
                        1_400,
                        PacketFilter.allowAll(),
                        0,
                        0,
                        Duration.ofSeconds(dpd),
                        Duration.ofSeconds(keepalive),
                        Duration.ofSeconds(idle),
                        Optional.empty()));
    }
}
