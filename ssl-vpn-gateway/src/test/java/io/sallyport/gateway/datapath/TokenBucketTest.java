package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {64_000, 8_000_000, 1_000_000_000})
    void letsTheMeanPassWhateverTheSizeOfThePackets(long bitsPerSecond) {
        TokenBucket bucket = new TokenBucket(bitsPerSecond, 0);
        long passed = 0;
        for (long now = 0; now < 100 * SECOND; now += SECOND / 1_000) {
            int octets = now % 3 == 0 ? 60_000 : 1_400;
            while (bucket.take(octets, now)) {
                passed += octets;
            }
        }
        long expected = 100 * bitsPerSecond / 8;
        long burst = Math.max(16_384, bitsPerSecond / 8 / 20) + 60_000;
        assertThat(passed).isBetween(expected - burst, expected + burst);
    }

    @Test
    void saysWhenThereIsCreditAgain() {
        TokenBucket bucket = new TokenBucket(8_000, 0); // 1,000 octets a second
        bucket.overdraw(16_384 + 2_000, 0);
        long wait = bucket.nanosToCredit(0);
        assertThat(wait).isBetween(2 * SECOND, 2 * SECOND + 1_000);
        assertThat(bucket.take(1, wait - 1_000_000)).isFalse();
        assertThat(bucket.nanosToCredit(wait + 1_000_000)).isZero();
    }
}
