package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.login.AttemptLimiter.Admission;
import io.sallyport.gateway.login.AttemptLimiter.Attempt;
import io.sallyport.gateway.login.AttemptLimiter.Closed;
import io.sallyport.gateway.login.AttemptLimiter.Crowded;
import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(30)
class AttemptLimiterTest {
    private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AttemptLimiter limiter = new AttemptLimiter(3, MINUTE, now::get);

    @Test
    void refusesWhenTooManyFailedAndSaysForHowLong() {
        fail(ONE, 3);
        assertThat(limiter.begin(ONE)).isEqualTo(new Closed(MINUTE));

        now.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(limiter.begin(ONE)).isEqualTo(new Closed(Duration.ofSeconds(40)));
        now.addAndGet(Duration.ofSeconds(40).toNanos());
        fail(ONE, 1);
        assertThat(limiter.begin(ONE)).isEqualTo(new Closed(MINUTE));
    }

    @Test
    void anotherAddressHasItsOwn() {
        fail(ONE, 3);

        assertThat(limiter.begin(IpAddress.parse("192.0.2.2"))).isInstanceOf(Attempt.class);
    }

    @Test
    void addressesOfOneIpv6NetworkShareTheirs() {
        fail(IpAddress.parse("2001:db8::1"), 3);

        assertThat(limiter.begin(IpAddress.parse("2001:db8:0:ff::1"))).isInstanceOf(Closed.class);
        assertThat(limiter.begin(IpAddress.parse("2001:db8:0:100::1"))).isInstanceOf(Attempt.class);
    }

    @Test
    void successesCostNothing() {
        for (int i = 0; i < 100; i++) {
            begun(ONE).close();
        }
        assertThat(limiter.sources()).isZero();
    }

    @Test
    void manyAtOnceWaitForEachOtherAndAllHaveTheirTurn() throws Exception {
        List<Attempt> first = full(ONE);
        List<Future<Admission>> others = new ArrayList<>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                others.add(
                        tasks.submit(
                                () -> {
                                    Admission admission = limiter.begin(ONE);
                                    ((Attempt) admission).close();
                                    return admission;
                                }));
            }
            first.forEach(Attempt::close);
        }
        for (Future<Admission> other : others) {
            assertThat(other.get()).isInstanceOf(Attempt.class);
        }
        assertThat(limiter.sources()).isZero();
    }

    @Test
    void whoWaitedHearsOfFailuresBeforeIt() throws Exception {
        List<Attempt> first = full(ONE);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Admission> other = tasks.submit(() -> limiter.begin(ONE));
            first.forEach(Attempt::failed);
            first.forEach(Attempt::close);
            assertThat(other.get())
                    .as("what failed at once is all owed")
                    .isEqualTo(new Closed(MINUTE.multipliedBy(AttemptLimiter.AT_ONCE - 2)));
        }
    }

    @Test
    void nobodyWaitsForEverAndAnotherAddressNotAtAll() {
        AttemptLimiter hasty = new AttemptLimiter(3, MINUTE, Duration.ofMillis(1), now::get);
        for (int i = 0; i < AttemptLimiter.AT_ONCE; i++) {
            assertThat(hasty.begin(ONE)).isInstanceOf(Attempt.class);
        }

        assertThat(hasty.begin(ONE)).isEqualTo(new Crowded());
        assertThat(hasty.begin(IpAddress.parse("192.0.2.2"))).isInstanceOf(Attempt.class);
    }

    @Test
    void theTableIsBounded() {
        for (int i = 0; i < 40_000; i++) {
            fail(IpAddress.parse("10.%d.%d.1".formatted(i / 256, i % 256)), 1);
        }

        assertThat(limiter.sources()).isEqualTo(16_384);
    }

    private List<Attempt> full(IpAddress address) {
        List<Attempt> all = new ArrayList<>();
        for (int i = 0; i < AttemptLimiter.AT_ONCE; i++) {
            all.add(begun(address));
        }
        return all;
    }

    private void fail(IpAddress address, int times) {
        for (int i = 0; i < times; i++) {
            try (Attempt attempt = begun(address)) {
                attempt.failed();
            }
        }
    }

    private Attempt begun(IpAddress address) {
        Admission admission = limiter.begin(address);
        assertThat(admission).isInstanceOf(Attempt.class);
        return (Attempt) admission;
    }
}
