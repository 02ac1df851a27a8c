package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;

@Timeout(60)
class DataPathWarmUpTest {

    @Test
    void carriesPacketsBothWays() throws IOException {
        DataPathWarmUp.Done done = DataPathWarmUp.run(2, new SecureRandom());
        assertThat(done.packetsUp()).isGreaterThanOrEqualTo(2 * 40);
        assertThat(done.packetsDown()).isGreaterThanOrEqualTo(2 * 41);
    }

    @Test
    void endsInTime() throws IOException {
        DataPathWarmUp.Done done = DataPathWarmUp.run(Duration.ofMillis(600), new SecureRandom());
        assertThat(done.took()).isBetween(Duration.ofMillis(600), Duration.ofSeconds(20));
    }
}
