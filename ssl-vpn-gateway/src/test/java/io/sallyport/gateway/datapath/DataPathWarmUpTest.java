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
    void carriesPacketsBothWaysAndEndsInTime() throws IOException {
        DataPathWarmUp.Done done = DataPathWarmUp.run(Duration.ofMillis(600), new SecureRandom());
        assertThat(done.packetsUp()).isGreaterThan(40);
        assertThat(done.packetsDown()).isGreaterThan(40);
        assertThat(done.took()).isBetween(Duration.ofMillis(600), Duration.ofSeconds(20));
    }
}
