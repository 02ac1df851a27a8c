package io.sallyport.pki.request;

import static io.sallyport.pki.profile.EndEntityProfile.BRANCH;
import static io.sallyport.pki.request.RequestRefusedException.Reason.FOREIGN_NAME;
import static io.sallyport.pki.request.RequestRefusedException.Reason.MALFORMED_NAME;
import static io.sallyport.pki.request.RequestRefusedException.Reason.NOT_A_REQUEST;
import static io.sallyport.pki.request.RequestRefusedException.Reason.TOO_LARGE;
import static io.sallyport.pki.request.RequestRefusedException.Reason.UNACCEPTABLE_KEY;
import static io.sallyport.pki.request.RequestRefusedException.Reason.WRONG_SIGNATURE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

class VerifiedRequestTest {

    private static final CertificateNames BRANCH1 =
            CertificateNames.of(Identity.dns("branch1.customer.example"));

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/request/accepted.csv")
    void acceptsStrongKeysWhateverElseIsAsked(
            String file, String commonName, String names, KeyAlgorithm algorithm) throws Exception {
        VerifiedRequest request = VerifiedRequest.parse(vector(file), BRANCH);

        assertThat(request.key().algorithm()).isEqualTo(algorithm);
        assertThat(request.commonName().orElse(null)).isEqualTo(commonName);
        assertThat(request.alternativeNames().stream().map(Identity::text))
                .containsExactly(names == null ? new String[0] : names.split(" "));
        assertThatCode(() -> request.requireNoOtherThan(BRANCH1)).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/request/refused.csv")
    void refusesWithAReason(String file, RequestRefusedException.Reason reason, String message)
            throws Exception {
        assertRefused(vector(file), reason, message);
    }

    @Test
    void readsDerAsWell() throws Exception {
        byte[] der =
                Pem.decode(Pem.CERTIFICATE_REQUEST, new String(vector("p256"), US_ASCII))
                        .getFirst();
        assertThat(VerifiedRequest.parse(der, BRANCH).publicKey())
                .isEqualTo(VerifiedRequest.parse(vector("p256"), BRANCH).publicKey());
    }

    @Test
    void acceptsEd25519WhereTheProfileDoes() throws Exception {
        EndEntityProfile modern = BRANCH.accepting(Set.of(KeyAlgorithm.ED25519));
        assertThat(VerifiedRequest.parse(vector("ed25519"), modern).key().algorithm())
                .isEqualTo(KeyAlgorithm.ED25519);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foreign-common-name", "foreign-alternative-name"})
    void refusesToNameSomebodyElse(String file) throws Exception {
        VerifiedRequest request = VerifiedRequest.parse(vector(file), BRANCH);
        assertThatThrownBy(() -> request.requireNoOtherThan(BRANCH1))
                .isInstanceOfSatisfying(
                        RequestRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(FOREIGN_NAME))
                .hasMessageContaining("branch2.customer.example");
    }

    @Test
    void takesALookAlikeCommonNameForForeign() throws Exception {
        // U+212A, the Kelvin sign, is a k to String.equalsIgnoreCase.
        VerifiedRequest request =
                VerifiedRequest.parse(SignedRequest.of(commonName("\u212ailn.example")), BRANCH);
        assertThatThrownBy(
                        () ->
                                request.requireNoOtherThan(
                                        CertificateNames.of(Identity.dns("kiln.example"))))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("\\u212ailn.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "branch1.customer.example\0.evil.example",
                "branch1.customer.example ",
                "branch1.customer.example\n",
                "branch1.customer.example.",
                "br\u00e4nch1.customer.example",
                "-branch1.customer.example",
                "branch1..example",
                "192.0.2.1",
                "",
                "branch1\"; include /etc/passwd"
            })
    void refusesDnsNamesThatAreNot(String name) throws Exception {
        GeneralName dns = new GeneralName(GeneralName.dNSName, new DERIA5String(name));
        assertRefused(SignedRequest.naming(dns), MALFORMED_NAME, "malformed");
    }

    @Test
    void refusesAnAddressOfFiveOctets() throws Exception {
        GeneralName address =
                new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[5]));
        assertRefused(SignedRequest.naming(address), MALFORMED_NAME, "malformed");
    }

    @Test
    void refusesAHugeListOfNames() throws Exception {
        GeneralName[] names =
                IntStream.range(0, 700)
                        .mapToObj(i -> new GeneralName(GeneralName.dNSName, "a" + i + ".example"))
                        .toArray(GeneralName[]::new);
        assertRefused(SignedRequest.naming(names), MALFORMED_NAME, "700 subject alternative names");
    }

    @Test
    void refusesTwoListsOfNames() throws Exception {
        GeneralNames name =
                new GeneralNames(new GeneralName(GeneralName.dNSName, "branch1.customer.example"));
        Extension extension =
                new Extension(Extension.subjectAlternativeName, false, name.getEncoded());
        byte[] request =
                SignedRequest.of(
                        new X500Name(""),
                        SignedRequest.keyInfo(),
                        new Extensions(extension),
                        new Extensions(extension));
        assertRefused(request, MALFORMED_NAME, "damaged");
    }

    @Test
    void refusesAnRsaExponentOfOne() throws Exception {
        // With e = 1 everything is its own signature.
        assertRefused(rsa(BigInteger.ONE, strongModulus()), UNACCEPTABLE_KEY, "far too weak");
    }

    @Test
    void refusesAnEvenRsaExponent() throws Exception {
        assertRefused(
                rsa(BigInteger.valueOf(65_538), strongModulus()), UNACCEPTABLE_KEY, "use 65537");
    }

    @Test
    void refusesAnRsaModulusWithASmallFactor() throws Exception {
        BigInteger modulus =
                strongModulus().shiftRight(10).setBit(3071).multiply(BigInteger.valueOf(751));
        assertRefused(rsa(BigInteger.valueOf(65_537), modulus), UNACCEPTABLE_KEY, "small factor");
    }

    /** As the chips of CVE-2017-15361 made them: each prime is k * M + (65537^a mod M). */
    @Test
    void refusesAnRsaModulusOfAFlawedChip() throws Exception {
        BigInteger product = BigInteger.ONE;
        BigInteger prime = BigInteger.TWO;
        for (int i = 0; i < 126; i++) {
            product = product.multiply(prime);
            prime = prime.nextProbablePrime();
        }
        Random random = new Random(20171016);
        BigInteger modulus = flawed(product, random).multiply(flawed(product, random));
        assertThat(modulus.bitLength()).isBetween(3072, 3076);
        assertRefused(rsa(BigInteger.valueOf(65_537), modulus), UNACCEPTABLE_KEY, "CVE-2017-15361");
    }

    private static BigInteger flawed(BigInteger product, Random random) {
        BigInteger power = BigInteger.valueOf(65_537).modPow(new BigInteger(62, random), product);
        while (true) {
            BigInteger k = new BigInteger(1537 - product.bitLength(), random).setBit(565);
            BigInteger candidate = k.multiply(product).add(power);
            if (candidate.isProbablePrime(20)) {
                return candidate;
            }
        }
    }

    @Test
    void refusesAnRsaModulusThatIsTooExpensive() throws Exception {
        assertRefused(
                rsa(BigInteger.valueOf(65_537), BigInteger.ONE.shiftLeft(8192).setBit(0)),
                UNACCEPTABLE_KEY,
                "8193 bits");
    }

    @Test
    void refusesAPointThatIsNotOnItsCurve() throws Exception {
        SubjectPublicKeyInfo good = SignedRequest.keyInfo();
        byte[] point = good.getPublicKeyData().getOctets();
        point[point.length - 1] ^= 1;
        assertRefused(
                SignedRequest.of(
                        new X500Name(""), new SubjectPublicKeyInfo(good.getAlgorithm(), point)),
                UNACCEPTABLE_KEY,
                "EC public key");
    }

    @Test
    void refusesASignatureByAnotherKey() throws Exception {
        SubjectPublicKeyInfo foreign =
                SubjectPublicKeyInfo.getInstance(
                        VerifiedRequest.parse(vector("p256"), BRANCH).publicKey().getEncoded());
        assertRefused(
                SignedRequest.of(new X500Name(""), foreign),
                WRONG_SIGNATURE,
                "not made with its key");
    }

    @Test
    void refusesAnEcSignatureForAnRsaKey() throws Exception {
        assertRefused(
                rsa(BigInteger.valueOf(65_537), strongModulus()),
                WRONG_SIGNATURE,
                "cannot be verified");
    }

    @Test
    void refusesMoreThan16KilobytesUnread() {
        assertRefused(new byte[16 * 1024 + 1], TOO_LARGE, "16385 octets");
    }

    @Test
    void refusesEveryTruncation() throws Exception {
        byte[] der = SignedRequest.of(commonName("branch1.customer.example"));
        for (int length = 0; length < der.length; length++) {
            assertRefused(Arrays.copyOf(der, length), NOT_A_REQUEST, "PKCS#10");
        }
    }

    @Test
    void refusesWhatFollowsTheEnd() throws Exception {
        byte[] der = SignedRequest.of(commonName("branch1.customer.example"));
        assertRefused(Arrays.copyOf(der, der.length + 1), NOT_A_REQUEST, "PKCS#10");
    }

    @Test
    void refusesNestingThatWouldExhaustTheStack() {
        byte[] nested = new byte[VerifiedRequest.OCTETS_AT_MOST];
        // SEQUENCEs within SEQUENCEs, first of definite and then of indefinite length.
        int at = 0;
        while (at + 4 <= nested.length) {
            int rest = nested.length - at - 4;
            if (rest < 256) {
                break;
            }
            nested[at++] = 0x30;
            nested[at++] = (byte) 0x82;
            nested[at++] = (byte) (rest >> 8);
            nested[at++] = (byte) rest;
        }
        assertRefused(nested, NOT_A_REQUEST, "PKCS#10");
        for (int i = 0; i + 1 < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        assertRefused(nested, NOT_A_REQUEST, "PKCS#10");
    }

    @Test
    void refusesOtherPem() throws Exception {
        assertRefused(
                Pem.encode(Pem.CERTIFICATE, new byte[8]).getBytes(US_ASCII),
                NOT_A_REQUEST,
                "found 0");
        byte[] twice = (text("p256") + text("p384")).getBytes(US_ASCII);
        assertRefused(twice, NOT_A_REQUEST, "found 2");
        assertRefused(
                text("p256").replace("-----END", "").getBytes(US_ASCII), NOT_A_REQUEST, "missing");
        assertRefused(
                text("p256").replace("MII", "M*I").getBytes(US_ASCII), NOT_A_REQUEST, "base64");
    }

    private static void assertRefused(
            byte[] request, RequestRefusedException.Reason reason, String message) {
        assertThatThrownBy(() -> VerifiedRequest.parse(request, BRANCH))
                .isInstanceOfSatisfying(
                        RequestRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    private static byte[] rsa(BigInteger exponent, BigInteger modulus) throws Exception {
        SubjectPublicKeyInfo key =
                new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        new RSAPublicKey(modulus, exponent));
        return SignedRequest.of(new X500Name(""), key);
    }

    private static BigInteger strongModulus() throws Exception {
        java.security.interfaces.RSAPublicKey key =
                (java.security.interfaces.RSAPublicKey)
                        VerifiedRequest.parse(vector("rsa3072"), BRANCH).publicKey();
        return key.getModulus();
    }

    private static X500Name commonName(String text) {
        return new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(text)).build();
    }

    private static String text(String name) throws IOException {
        return new String(vector(name), US_ASCII);
    }

    private static byte[] vector(String name) throws IOException {
        try (InputStream in =
                VerifiedRequestTest.class.getResourceAsStream("/request/" + name + ".pem")) {
            return in.readAllBytes();
        }
    }
}
