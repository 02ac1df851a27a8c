package io.sallyport.node.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.node.TestPki;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

class RenewalWindowTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final TestPki PKI = new TestPki();
    private static final PublicKey KEY = TestPki.newKey().getPublic();

    /** The two ends of what can be drawn. */
    private enum Draw implements RandomGenerator {
        EARLIEST,
        LATEST;

        @Override
        public long nextLong() {
            throw new AssertionError("expected a bound");
        }

        @Override
        public long nextLong(long bound) {
            return this == EARLIEST ? 0 : bound - 1;
        }
    }

    @Test
    void renewsFromTwoThirdsOfTheLifeAndUpToATwelfthLater() throws IOException {
        String days30 = days(0, 30);
        RenewalWindow earliest = RenewalWindow.of(List.of(days30), Draw.EARLIEST);
        RenewalWindow latest = RenewalWindow.of(List.of(days30), Draw.LATEST);
        assertThat(earliest.renewAt()).isEqualTo(FROM.plus(Duration.ofDays(20)));
        assertThat(latest.renewAt())
                .isEqualTo(FROM.plus(Duration.ofHours(20 * 24 + 60)).minusMillis(1));
        assertThat(List.of(earliest.lateAt(), latest.lateAt()))
                .containsOnly(FROM.plus(Duration.ofDays(25)));
    }

    @Test
    void nodesThatEnrolledTogetherAreSpreadOverTheWholeWindow() throws IOException {
        Random random = new Random(7);
        String certificate = days(0, 30);
        Set<Long> hours = new HashSet<>();
        for (int node = 0; node < 1_000; node++) {
            Instant renewAt = RenewalWindow.of(List.of(certificate), random).renewAt();
            hours.add(Duration.between(FROM, renewAt).toHours());
        }
        // 60 hours of the window: of a thousand nodes there is one for each.
        assertThat(hours).hasSize(60).allMatch(hour -> hour >= 480 && hour < 540);
    }

    @Test
    void theFirstOfSeveralCertificatesDecidesWhateverIsDrawn() throws IOException {
        String first = days(0, 30);
        String second = days(1, 31);
        for (List<String> both : List.of(List.of(first, second), List.of(second, first))) {
            for (Draw draw : Draw.values()) {
                assertThat(RenewalWindow.of(both, draw))
                        .isEqualTo(RenewalWindow.of(List.of(first), draw));
            }
        }
    }

    private static String days(int from, int to) {
        return TestPki.pem(
                PKI.issue(KEY, FROM.plus(Duration.ofDays(from)), FROM.plus(Duration.ofDays(to))));
    }
}
