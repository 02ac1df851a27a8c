package io.sallyport.pki.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.Namespace;

import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.stream.Stream;

class CertificateLinterTest {

    private static final NameConstraints CONSTRAINTS =
            new Namespace(new Identity.Dns("example")).constraints(AuthorityProfile.SITES);

    private static X509Certificate root;
    private static X509Certificate sites;

    interface Spoiling {
        void spoil(Draft draft) throws Exception;
    }

    record Flaw(String name, String rule, Spoiling spoiling) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What can be wrong outside the extensions, or in two places at once. */
    static Stream<Flaw> flaws() {
        return Stream.of(
                new Flaw("version 2", "VersionRule", CertificateLinterTest::spoilVersion),
                new Flaw("serial zero", "SerialNumberRule", d -> d.serialNumber = BigInteger.ZERO),
                new Flaw(
                        "serial negative",
                        "SerialNumberRule",
                        d -> d.serialNumber = BigInteger.TEN.pow(30).negate()),
                new Flaw(
                        "serial guessable",
                        "SerialNumberRule",
                        d -> d.serialNumber = BigInteger.TEN),
                new Flaw(
                        "serial of 21 octets",
                        "SerialNumberRule",
                        d -> d.serialNumber = BigInteger.ONE.shiftLeft(159)),
                new Flaw(
                        "sha1",
                        "SignatureAlgorithmRule",
                        d ->
                                d.signature =
                                        new AlgorithmIdentifier(
                                                X9ObjectIdentifiers.ecdsa_with_SHA1)),
                new Flaw(
                        "rsa signature",
                        "SignatureAlgorithmRule",
                        d ->
                                d.signature =
                                        new AlgorithmIdentifier(
                                                PKCSObjectIdentifiers.sha256WithRSAEncryption)),
                new Flaw(
                        "signature with parameters",
                        "SignatureAlgorithmRule",
                        d ->
                                d.signature =
                                        new AlgorithmIdentifier(
                                                X9ObjectIdentifiers.ecdsa_with_SHA256,
                                                DERNull.INSTANCE)),
                new Flaw("no issuer", "IssuerRule", d -> d.issuer = new X500Name("")),
                new Flaw(
                        "another issuer",
                        "IssuerRule",
                        d -> d.issuer = new X500Name("CN=somebody else")),
                new Flaw(
                        "ends before it begins",
                        "ValidityRule",
                        d -> d.notAfter = new ASN1UTCTime("261121215959Z")),
                new Flaw(
                        "begins before its issuer",
                        "ValidityRule",
                        d -> d.notBefore = new ASN1UTCTime("200101000000Z")),
                new Flaw(
                        "ends after its issuer",
                        "ValidityRule",
                        d -> d.notAfter = new ASN1UTCTime("400101000000Z")),
                new Flaw(
                        "generalized time before 2050",
                        "ValidityRule",
                        d -> d.notAfter = new ASN1GeneralizedTime("20261221220000Z")),
                new Flaw(
                        "no seconds",
                        "ValidityRule",
                        d -> d.notAfter = new ASN1UTCTime("2612212200Z")),
                new Flaw(
                        "offset from utc",
                        "ValidityRule",
                        d -> d.notAfter = new ASN1UTCTime("261221220000+0100")),
                new Flaw(
                        "two common names",
                        "SubjectRule",
                        d -> d.subject = new X500Name("CN=a.example,CN=b")),
                new Flaw(
                        "more than a common name",
                        "SubjectRule",
                        d -> d.subject = new X500Name("O=x,CN=a.example")),
                new Flaw(
                        "common name of 65",
                        "SubjectRule",
                        d -> d.subject = new X500Name("CN=" + "a".repeat(65))),
                new Flaw("weak key", "PublicKeyRule", d -> d.key = rsa(2048)),
                new Flaw(
                        "unique identifier",
                        "UniqueIdentifierRule",
                        d -> d.uniqueIdentifier = true),
                new Flaw("no extensions", "ExtensionsRule", d -> d.extensions.clear()),
                new Flaw(
                        "repeated extension",
                        "Encoding",
                        d ->
                                d.extensions.put(
                                        "again", d.extensions.get(Extension.keyUsage.getId()))),
                new Flaw(
                        "empty subject",
                        "SubjectAlternativeNameRule",
                        d -> d.subject = new X500Name("")),
                new Flaw(
                        "foreign domain",
                        "PermittedNamesRule",
                        d -> name(d, new GeneralName(GeneralName.dNSName, "a.example.net"))),
                new Flaw(
                        "domain that only ends alike",
                        "PermittedNamesRule",
                        d -> name(d, new GeneralName(GeneralName.dNSName, "a.myexample"))),
                new Flaw(
                        "user of an authority for hosts",
                        "PermittedNamesRule",
                        d -> name(d, new GeneralName(GeneralName.rfc822Name, "a@b.example"))),
                new Flaw(
                        "authority with constraints that are not critical",
                        "NameConstraintsRule",
                        d -> toAuthority(d, false, "3009a0073005820374776f")),
                new Flaw(
                        "authority with empty constraints",
                        "NameConstraintsRule",
                        d -> toAuthority(d, true, "3000")),
                new Flaw(
                        "authority with constraints of a kind that nobody checks",
                        "NameConstraintsRule",
                        d -> toAuthority(d, true, "3009a00730058603747769")),
                new Flaw(
                        "digest that does not fit the curve",
                        "SignatureAlgorithmRule",
                        d ->
                                d.signature =
                                        new AlgorithmIdentifier(
                                                X9ObjectIdentifiers.ecdsa_with_SHA384)),
                new Flaw(
                        "unchecked without being a responder",
                        "OcspResponderRule",
                        d ->
                                d.put(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_nocheck,
                                        false,
                                        DERNull.INSTANCE)),
                new Flaw(
                        "responder that is checked",
                        "OcspResponderRule",
                        d ->
                                d.put(
                                        Extension.extendedKeyUsage,
                                        false,
                                        new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning))),
                new Flaw(
                        "responder that does something else",
                        "OcspResponderRule",
                        d -> {
                            d.put(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck,
                                    false,
                                    DERNull.INSTANCE);
                            d.put(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(
                                            new KeyPurposeId[] {
                                                KeyPurposeId.id_kp_OCSPSigning,
                                                KeyPurposeId.id_kp_clientAuth
                                            }));
                        }),
                new Flaw(
                        "authority without name",
                        "SubjectRule",
                        d -> {
                            toAuthority(d, new BasicConstraints(0));
                            d.subject = new X500Name("");
                        }),
                new Flaw(
                        "authority without path length",
                        "BasicConstraintsRule",
                        d -> toAuthority(d, new BasicConstraints(true))),
                new Flaw(
                        "authority below the last",
                        "BasicConstraintsRule",
                        d -> toAuthority(d, new BasicConstraints(0))),
                new Flaw(
                        "authority that signs data",
                        "KeyUsageRule",
                        d -> {
                            toAuthority(d, new BasicConstraints(0));
                            d.put(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.digitalSignature));
                        }));
    }

    @BeforeAll
    static void makeAuthorities() {
        Clock clock = Clock.fixed(Instant.parse("2026-11-21T22:00:00Z"), ZoneOffset.UTC);
        CertificateAuthority authority =
                CertificateAuthority.createRoot(
                        AuthorityProfile.ROOT, clock, new SecureRandom(), _ -> {});
        root = authority.certificate();
        sites =
                authority
                        .createSubordinate(AuthorityProfile.SITES, CONSTRAINTS, _ -> {})
                        .certificate();
    }

    @Test
    void passesWhatIsFaultless() throws Exception {
        byte[] draft = new Draft(sites).encoded();
        assertThatCode(() -> CertificateLinter.check(draft, sites)).doesNotThrowAnyException();

        Draft authority = new Draft(root);
        authority.signature = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
        toAuthority(authority, new BasicConstraints(0));
        assertThatCode(() -> CertificateLinter.check(authority.encoded(), root))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void namesTheBrokenRule(Flaw flaw) throws Exception {
        Draft draft = new Draft(sites);
        flaw.spoiling().spoil(draft);
        assertViolates(flaw.rule(), draft);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/lint/extensions.csv")
    void namesTheRuleOfAnExtension(String why, String rule, String oid, String presence, String hex)
            throws Exception {
        Draft draft = new Draft(sites);
        Extension before = draft.extensions.get(oid);
        if (presence.equals("absent")) {
            draft.extensions.remove(oid);
        } else {
            byte[] value =
                    hex == null
                            ? before.getExtnValue().getOctets()
                            : HexFormat.of().parseHex(hex.replace(" ", ""));
            draft.put(new ASN1ObjectIdentifier(oid), presence.equals("critical"), value);
        }
        assertViolates(rule, draft);
    }

    @Test
    void whatIsNotDerIsNotSigned() throws Exception {
        byte[] draft = new Draft(sites).encoded();
        // The same length in one octet more.
        byte[] longer = new byte[draft.length + 1];
        longer[0] = draft[0];
        longer[1] = (byte) 0x83;
        System.arraycopy(draft, 2, longer, 3, draft.length - 2);
        assertThat(draft[1]).isEqualTo((byte) 0x82);
        assertThatThrownBy(() -> CertificateLinter.check(longer, sites))
                .isInstanceOfSatisfying(
                        LintViolationException.class,
                        e -> assertThat(e.rule()).isIn("DerRule", "Encoding"));
    }

    @Test
    void whatIsNoCertificateIsNotSigned() {
        assertThatThrownBy(() -> CertificateLinter.checkSelfSigned(new byte[] {0x30, 0}))
                .isInstanceOf(LintViolationException.class)
                .hasMessageContaining("Encoding (RFC 5280 section 4.1)");
    }

    private static void assertViolates(String rule, Draft draft) {
        assertThatThrownBy(() -> CertificateLinter.check(draft.encoded(), sites))
                .isInstanceOfSatisfying(
                        LintViolationException.class, e -> assertThat(e.rule()).isEqualTo(rule))
                .hasMessageMatching(".*\\(RFC (5280|6960) section 4\\..*");
    }

    /** With extensions, the decoder itself refuses another version. */
    private static void spoilVersion(Draft draft) {
        draft.version = 1;
        draft.extensions.clear();
    }

    private static void toAuthority(Draft draft, BasicConstraints constraints) throws Exception {
        draft.subject = new X500Name("CN=Some Authority");
        draft.extensions.remove(Extension.subjectAlternativeName.getId());
        draft.extensions.remove(Extension.extendedKeyUsage.getId());
        draft.put(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        draft.put(Extension.basicConstraints, true, constraints);
    }

    private static void toAuthority(Draft draft, boolean critical, String nameConstraints)
            throws Exception {
        toAuthority(draft, new BasicConstraints(0));
        draft.put(Extension.nameConstraints, critical, HexFormat.of().parseHex(nameConstraints));
    }

    private static void name(Draft draft, GeneralName name) throws Exception {
        draft.subject = new X500Name("");
        draft.put(Extension.subjectAlternativeName, true, new GeneralNames(name));
    }

    private static SubjectPublicKeyInfo rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return SubjectPublicKeyInfo.getInstance(
                generator.generateKeyPair().getPublic().getEncoded());
    }
}
