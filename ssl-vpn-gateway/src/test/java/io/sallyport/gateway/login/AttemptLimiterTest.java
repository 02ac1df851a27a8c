package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class AttemptLimiterTest {
    private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AttemptLimiter limiter = new AttemptLimiter(3, MINUTE, now::get);

    @Test
    void refusesWhenTheAttemptsAreUsedUpAndSaysForHowLong() {
        assertThat(limiter.take(ONE)).isZero();
        assertThat(limiter.take(ONE)).isZero();
        assertThat(limiter.take(ONE)).isZero();
        assertThat(limiter.take(ONE)).isEqualTo(MINUTE);

        now.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(limiter.take(ONE)).isEqualTo(Duration.ofSeconds(40));
        now.addAndGet(Duration.ofSeconds(40).toNanos());
        assertThat(limiter.take(ONE)).isZero();
        assertThat(limiter.take(ONE)).isEqualTo(MINUTE);
    }

    @Test
    void anotherAddressHasItsOwn() {
        exhaust(ONE);

        assertThat(limiter.take(IpAddress.parse("192.0.2.2"))).isZero();
    }

    @Test
    void addressesOfOneIpv6NetworkShareTheirs() {
        exhaust(IpAddress.parse("2001:db8::1"));

        assertThat(limiter.take(IpAddress.parse("2001:db8:0:ff::1"))).isPositive();
        assertThat(limiter.take(IpAddress.parse("2001:db8:0:100::1"))).isZero();
    }

    @Test
    void successesCostNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(limiter.take(ONE)).isZero();
            limiter.giveBack(ONE);
        }
        assertThat(limiter.sources()).isZero();
    }

    @Test
    void theTableIsBounded() {
        exhaust(ONE);
        for (int i = 0; i < 40_000; i++) {
            limiter.take(IpAddress.parse("10.%d.%d.1".formatted(i / 256, i % 256)));
        }

        assertThat(limiter.sources()).isEqualTo(16_384);
    }

    private void exhaust(IpAddress address) {
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.take(address)).isZero();
        }
    }
}
