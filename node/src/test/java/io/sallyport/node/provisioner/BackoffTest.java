package io.sallyport.node.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

class BackoffTest {
    @Test
    void doublesUpToTheLongestWithinHalfAndAll() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), new Random(1));
        for (int seconds : new int[] {1, 2, 4, 5, 5}) {
            assertThat(backoff.next())
                    .isBetween(
                            Duration.ofSeconds(seconds).dividedBy(2), Duration.ofSeconds(seconds));
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
}
