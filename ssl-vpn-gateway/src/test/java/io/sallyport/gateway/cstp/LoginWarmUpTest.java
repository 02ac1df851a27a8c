package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;

class LoginWarmUpTest {
    @Test
    void logsInToItselfOnceAtLeast() {
        assertThat(LoginWarmUp.run(Clock.systemUTC(), Duration.ZERO)).isEqualTo(1);
    }
}
