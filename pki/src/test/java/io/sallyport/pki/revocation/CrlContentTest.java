package io.sallyport.pki.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class CrlContentTest {

    private static final Instant NOW = Instant.parse("2026-11-21T22:00:00.999Z");
    private static final RevokedCertificate ENTRY =
            new RevokedCertificate(BigInteger.TEN, NOW, CRLReason.KEY_COMPROMISE);

    @Test
    void timesAreWholeSeconds() {
        CrlContent content =
                CrlContent.issuedAt(NOW, Duration.ofHours(1), CrlNumber.FIRST, List.of(ENTRY));
        assertThat(content.thisUpdate()).isEqualTo(Instant.parse("2026-11-21T22:00:00Z"));
        assertThat(content.nextUpdate()).isEqualTo(Instant.parse("2026-11-21T23:00:00Z"));
    }

    @Test
    void aSerialNumberStandsOnlyOnce() {
        assertThatThrownBy(
                        () ->
                                CrlContent.issuedAt(
                                        NOW,
                                        Duration.ofHours(1),
                                        CrlNumber.FIRST,
                                        List.of(ENTRY, ENTRY)))
                .hasMessageContaining("serial number a stands twice");
    }

    @Test
    void nextUpdateIsLaterThanThisUpdate() {
        assertThatThrownBy(
                        () -> CrlContent.issuedAt(NOW, Duration.ZERO, CrlNumber.FIRST, List.of()))
                .hasMessageContaining("later");
    }

    @Test
    void numbersGrowAndStayWithin20Octets() {
        assertThat(CrlNumber.FIRST.next())
                .isEqualTo(CrlNumber.of(2))
                .isGreaterThan(CrlNumber.FIRST);
        CrlNumber last = new CrlNumber(BigInteger.ONE.shiftLeft(159).subtract(BigInteger.ONE));
        assertThatThrownBy(last::next).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CrlNumber.of(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"REMOVE_FROM_CRL", "UNUSED"})
    void someReasonsRevokeNothing(CRLReason reason) {
        assertThatThrownBy(() -> new RevokedCertificate(BigInteger.ONE, NOW, reason))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
