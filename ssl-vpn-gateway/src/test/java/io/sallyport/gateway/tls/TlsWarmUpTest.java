package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

class TlsWarmUpTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shakesHandsInEveryVersion(Kind kind) throws Exception {
        var authority = new TestAuthority("root", Kind.EC_P256);
        TlsWarmUp.Done done =
                TlsWarmUp.run(
                        authority.credentials(kind),
                        Clock.fixed(TestAuthority.NOW, ZoneOffset.UTC),
                        Duration.ZERO);
        assertThat(done.tls13()).isEqualTo(2);
        assertThat(done.tls12()).isEqualTo(1);
        assertThat(done.dtls()).isEqualTo(1);
        assertThat(done.records()).isPositive();
    }
}
