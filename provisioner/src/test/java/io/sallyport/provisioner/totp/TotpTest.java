package io.sallyport.provisioner.totp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

class TotpTest {
    // RFC 6238 appendix B.
    private final Totp totp = Totp.of("12345678901234567890".getBytes(StandardCharsets.US_ASCII));
    private final Instant now = Instant.ofEpochSecond(1_111_111_109);

    @ParameterizedTest(name = "at {0}")
    @CsvFileSource(resources = "/totp/rfc6238.csv")
    void makesTheCodesOfTheStandard(long second, String eightDigits) {
        assertThat(totp.code(Instant.ofEpochSecond(second))).isEqualTo(eightDigits.substring(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {-30, 0, 30})
    void takesTheCodeOfANeighbouringStep(long seconds) {
        Instant at = now.plusSeconds(seconds);
        assertThat(totp.step(totp.code(at), now, -1)).hasValue(at.getEpochSecond() / 30);
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 60, 3600})
    void refusesTheCodeOfAnotherTime(long seconds) {
        assertThat(totp.step(totp.code(now.plusSeconds(seconds)), now, -1)).isEmpty();
    }

    @Test
    void refusesAStepThatWasUsed() {
        long step = now.getEpochSecond() / 30;
        assertThat(totp.step(totp.code(now), now, step)).isEmpty();
        assertThat(totp.step(totp.code(now), now, step - 1)).hasValue(step);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0", "0818040", "08180\u0664", "abcdef", "\u0000"})
    void refusesWhatIsNoCode(String text) {
        assertThat(totp.step(text, now, -1)).isEmpty();
    }

    @Test
    void showsItsSecretAsAuthenticatorsTakeIt() {
        assertThat(totp.base32()).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertThat(totp.uri("Sallyport", "alice"))
                .isEqualTo(
                        "otpauth://totp/Sallyport:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                                + "&issuer=Sallyport&algorithm=SHA1&digits=6&period=30");
        assertThat(totp.toString()).doesNotContain("GEZ");
    }
}
