package io.sallyport.provisioner.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.concentrator.FakeConcentrator;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests with a fault, sent by a customer over the API: each is refused and names its fault. */
class HostileRequestTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String OWN = "lyon.customer.sallyport.internal";

    private static RunningProvisioner provisioner;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        FakeConcentrator.register(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    interface Made {
        byte[] request() throws Exception;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("another's signature", "signature", () -> signedBy(ec(), ec())),
                fault("changed after signing", "signature", HostileRequestTest::changed),
                fault("RSA of 1024 bits", "1024 bits", () -> rsa(1024)),
                fault("RSA of 2048 bits", "2048 bits", () -> rsa(2048)),
                fault("exponent one", "RSA public key", () -> rsaWithExponent(BigInteger.ONE)),
                fault("exponent three", "exponent", () -> rsaWithExponent(BigInteger.valueOf(3))),
                fault("even exponent", "exponent", () -> rsaWithExponent(BigInteger.TWO.pow(17))),
                fault("foreign name", "paris", () -> named("paris.customer.sallyport.internal")),
                fault(
                        "name of another customer",
                        "lyon.other",
                        () -> named("lyon.other.sallyport.internal")),
                fault(
                        "NUL in the name",
                        "csr",
                        () -> named("lyon.customer.sallyport.internal\0.evil.example")),
                fault(
                        "name that only looks alike",
                        "csr",
                        () -> named("ly\u043en.customer.sallyport.internal")),
                fault(
                        "Kelvin sign for a k",
                        "csr",
                        () -> named(OWN.replace("customer", "\u212austomer"))),
                fault("direction overridden", "csr", () -> named("\u202e" + OWN)),
                fault(
                        "NUL in an alternative name",
                        "csr",
                        () -> alternatives(1, "lyon.customer.sallyport.internal\0.x")),
                fault("wildcard", "csr", () -> alternatives(1, "*.customer.sallyport.internal")),
                fault("huge list of names", "csr", () -> alternatives(200, OWN)),
                fault("longer than any request", "16384", () -> alternatives(800, OWN)));
    }

    private static Arguments fault(String what, String saying, Made made) {
        return Arguments.of(what, saying, made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void isRefusedAndNamesItsFault(String what, String saying, Made made) throws Exception {
        ObjectNode body = OrderClient.body("lyon", "10.1.1.0/24");
        body.put("generateKey", false);
        body.put("csr", pem(made.request()));
        Answer answer =
                new OrderClient(provisioner).post(UUID.randomUUID().toString(), body.toString());
        assertThat(answer.status()).as(what + ": " + answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("csr");
        assertThat(answer.json().get("detail").textValue()).contains(saying);
        assertThat(answer.body().chars().filter(Character::isISOControl).filter(c -> c != '\n'))
                .isEmpty();
        Rows rows = new Rows(provisioner);
        assertThat(rows.count("tunnel")).isZero();
        assertThat(rows.count("certificate WHERE profile = 'branch'")).isZero();
    }

    private static byte[] named(String name) throws Exception {
        KeyPair pair = ec();
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, name).build();
        return signed(new PKCS10CertificationRequestBuilder(subject, info(pair)), pair);
    }

    private static byte[] alternatives(int count, String name) throws Exception {
        KeyPair pair = ec();
        GeneralName[] names =
                IntStream.range(0, count)
                        .mapToObj(
                                n ->
                                        new GeneralName(
                                                GeneralName.dNSName,
                                                (ASN1Encodable)
                                                        new DERIA5String(
                                                                n == 0
                                                                        ? name
                                                                        : "n" + n + "." + name)))
                        .toArray(GeneralName[]::new);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        var builder = new PKCS10CertificationRequestBuilder(new X500Name(""), info(pair));
        builder.addAttribute(
                PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
        return signed(builder, pair);
    }

    private static byte[] signedBy(KeyPair subject, KeyPair signer) throws Exception {
        return signed(
                new PKCS10CertificationRequestBuilder(new X500Name(""), info(subject)), signer);
    }

    private static byte[] changed() throws Exception {
        byte[] request = named(OWN);
        String text = new String(request, StandardCharsets.ISO_8859_1);
        request[text.indexOf("lyon")] = 'L';
        return request;
    }

    private static byte[] rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        PKCS10CertificationRequest request =
                new PKCS10CertificationRequestBuilder(new X500Name(""), info(pair))
                        .build(
                                new JcaContentSignerBuilder("SHA256withRSA")
                                        .build(pair.getPrivate()));
        return request.getEncoded();
    }

    /** Nobody has such a key, so another one signs: the key is looked at first. */
    private static byte[] rsaWithExponent(BigInteger exponent) throws Exception {
        BigInteger modulus;
        do {
            modulus =
                    BigInteger.probablePrime(1536, RANDOM)
                            .multiply(BigInteger.probablePrime(1536, RANDOM));
        } while (modulus.bitLength() < 3072);
        var info =
                new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                        new RSAPublicKey(modulus, exponent));
        return signed(new PKCS10CertificationRequestBuilder(new X500Name(""), info), ec());
    }

    private static byte[] signed(PKCS10CertificationRequestBuilder builder, KeyPair signer)
            throws Exception {
        return builder.build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()))
                .getEncoded();
    }

    private static SubjectPublicKeyInfo info(KeyPair pair) {
        return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    }

    private static KeyPair ec() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n"
                .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    }
}
