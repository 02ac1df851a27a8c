package io.sallyport.provisioner.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

class PasswordHashTest {
    private final SecureRandom random = new SecureRandom();

    /** Of the reference implementation's own tests (phc-winner-argon2, test.c). */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                    + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void theGeneratorGivesTheVectorOfTheStandard() {
        // RFC 9106 section 5.3.
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(32)
                        .withIterations(3)
                        .withParallelism(4)
                        .withSalt(filled(16, 2))
                        .withSecret(filled(8, 3))
                        .withAdditional(filled(12, 4))
                        .build());
        byte[] tag = new byte[32];
        generator.generateBytes(filled(32, 1), tag);
        assertThat(HexFormat.of().formatHex(tag))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @Test
    void knowsAHashOfTheReferenceImplementation() {
        PasswordHash hash = PasswordHash.parse(REFERENCE);
        assertThat(hash.matches("password".toCharArray())).isTrue();
        assertThat(hash.matches("Password".toCharArray())).isFalse();
        assertThat(hash.text()).isEqualTo(REFERENCE);
        assertThat(hash.toString()).doesNotContain("CTFh");
    }

    @Test
    void saltsEachHash() {
        char[] password = "pässwörd of mine".toCharArray();
        PasswordHash hash = PasswordHash.of(password, random);
        assertThat(PasswordHash.parse(hash.text()).matches(password)).isTrue();
        assertThat(PasswordHash.of(password, random).text()).isNotEqualTo(hash.text());
    }

    @ParameterizedTest(name = "{0} KiB, {1} passes, {2} lanes, {3} octets of salt")
    @CsvSource({"19456,2,1,16", "16,1,1,16", "256,3,2,16", "64,1,1,8"})
    void theSystemsLibraryAndTheOneInJavaAgree(
            int memoryKib, int iterations, int lanes, int saltOctets) {
        byte[] password = "pässwörd of mine".getBytes(StandardCharsets.UTF_8);
        byte[] salt = filled(saltOctets, 5);
        byte[] inJava = new byte[32];
        PasswordHash.inJava(password, salt, memoryKib, iterations, lanes, inJava);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        PasswordHash hash =
                PasswordHash.parse(
                        "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                                .formatted(
                                        memoryKib,
                                        iterations,
                                        lanes,
                                        base64.encodeToString(salt),
                                        base64.encodeToString(inJava)));
        assertThat(hash.matches("pässwörd of mine".toCharArray())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8Ar",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8",
                "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8"
            })
    void refusesWhatIsNoHash(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodysPasswordIsNeverRight() throws Exception {
        var work = new PasswordWork(random);
        assertThat(work.matches(Optional.empty(), "".toCharArray())).isFalse();
        assertThat(work.matches(Optional.of(PasswordHash.parse(REFERENCE)), "x".toCharArray()))
                .isFalse();
    }

    private static byte[] filled(int length, int value) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) value);
        return octets;
    }
}
