package io.sallyport.pki.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Against signatures of the JDK. */
class EcdsaVerificationTest {
    private static final byte[] OCTETS = {1, 2, 3};

    private KeyPair pair;

    @BeforeEach
    void makeKey() throws GeneralSecurityException {
        pair = pair("secp256r1");
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1, SHA-256",
        "secp256r1, SHA-384",
        "secp256r1, SHA-512",
        "secp384r1, SHA-256",
        "secp384r1, SHA-384",
        "secp384r1, SHA-512"
    })
    void takesWhatTheJdkSignedAndNothingElse(String curve, String digest) throws Exception {
        pair = pair(curve);
        ECPublicKey other = (ECPublicKey) pair(curve).getPublic();
        for (int round = 0; round < 20; round++) {
            byte[] signature = sign(digest.replace("-", "") + "withECDSA");

            assertThat(isValid(digest, OCTETS, signature)).isTrue();
            assertThat(isValid(digest, new byte[] {1, 2, 4}, signature)).isFalse();
            assertThat(EcdsaVerification.isValid(digest, other, OCTETS, signature)).isFalse();
            signature[signature.length - 1] ^= 1;
            assertThat(isValid(digest, OCTETS, signature)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, ''",
        "negative, 30060201ff020101",
        "a number with a leading zero, 300702020001020101",
        "a third number, 3009020101020101020101",
        "octets behind, 300602010102010100",
        "indefinite length, 30800201010201010000",
    })
    void encodingThatIsNotDerOrOutOfRangeIsRefused(String why, String hex) {
        assertThatThrownBy(() -> isValid("SHA-256", OCTETS, HexFormat.of().parseHex(hex)))
                .as(why)
                .isInstanceOfAny(IOException.class, IllegalArgumentException.class);
    }

    /** CVE-2022-21449. */
    @Test
    void zeroIsNoSignature() throws Exception {
        assertThat(isValid("SHA-256", OCTETS, HexFormat.of().parseHex("3006020100020100")))
                .isFalse();
    }

    @Test
    void partOfASignatureIsRefused() throws Exception {
        byte[] signature = sign("SHA256withECDSA");
        for (int length = 0; length < signature.length; length++) {
            byte[] part = Arrays.copyOf(signature, length);
            assertThatThrownBy(() -> isValid("SHA-256", OCTETS, part))
                    .isInstanceOfAny(IOException.class, IllegalArgumentException.class);
        }
    }

    private boolean isValid(String digest, byte[] octets, byte[] signature) throws Exception {
        return EcdsaVerification.isValid(digest, (ECPublicKey) pair.getPublic(), octets, signature);
    }

    private byte[] sign(String algorithm) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(pair.getPrivate());
        signer.update(OCTETS);
        return signer.sign();
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }
}
