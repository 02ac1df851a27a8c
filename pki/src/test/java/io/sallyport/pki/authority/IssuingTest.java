package io.sallyport.pki.authority;

import static io.sallyport.pki.profile.EndEntityProfile.BRANCH;
import static io.sallyport.pki.profile.EndEntityProfile.CONCENTRATOR_IKE;
import static io.sallyport.pki.profile.EndEntityProfile.TLS_CLIENT;
import static io.sallyport.pki.profile.EndEntityProfile.TLS_SERVER;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.request.VerifiedRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class IssuingTest {

    private static final Instant NOW = Instant.parse("2026-11-21T22:00:00.123Z");

    private final TestAuthorities authorities = TestAuthorities.at(NOW);

    static Stream<Arguments> profiles() {
        return Stream.of(
                Arguments.of(
                        BRANCH,
                        CertificateNames.of(Identity.dns("b1.customer.example")),
                        "DNS:b1.customer.example",
                        "TLS Web Client Authentication, ipsec Internet Key Exchange"),
                Arguments.of(
                        CONCENTRATOR_IKE,
                        CertificateNames.of(Identity.dns("c1.concentrators.example")),
                        "DNS:c1.concentrators.example",
                        "TLS Web Server Authentication, ipsec Internet Key Exchange"),
                Arguments.of(
                        TLS_SERVER,
                        CertificateNames.of(
                                Identity.dns("localhost"),
                                Identity.ip("127.0.0.1"),
                                Identity.ip("2001:db8::1")),
                        "DNS:localhost, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1",
                        "TLS Web Server Authentication"),
                Arguments.of(
                        TLS_SERVER,
                        CertificateNames.of(Identity.ip("2001:db8::1")),
                        "IP Address:2001:DB8:0:0:0:0:0:1",
                        "TLS Web Server Authentication"),
                Arguments.of(
                        TLS_CLIENT,
                        CertificateNames.of(Identity.uri("urn:sallyport:concentrator:c1")),
                        "URI:urn:sallyport:concentrator:c1",
                        "TLS Web Client Authentication"));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void issuesWhatTheProfileSays(
            EndEntityProfile profile,
            CertificateNames names,
            String alternatives,
            String usage,
            @TempDir Path directory)
            throws Exception {
        Issued issued =
                authorityFor(profile)
                        .issue(
                                profile,
                                names,
                                GeneratedKey.p256(authorities.random),
                                authorities.recorded::add);

        assertThat(text(issued, directory))
                .contains("X509v3 Subject Alternative Name: \n" + " ".repeat(16) + alternatives)
                .contains("X509v3 Key Usage: critical\n" + " ".repeat(16) + "Digital Signature\n")
                .contains("Subject: CN = " + names.identity().text() + "\n")
                .contains("X509v3 Extended Key Usage: \n" + " ".repeat(16) + usage + "\n")
                .contains("Signature Algorithm: ecdsa-with-SHA256")
                .doesNotContain("Basic Constraints");
        assertThat(issued.profile()).isEqualTo(profile.name());
        assertThat(issued.subject()).isEqualTo(names.identity().text());
    }

    @Test
    void opensslVerifiesTheChain(@TempDir Path directory) throws Exception {
        Issued issued = authorities.issueBranch("b1.customer.example");
        Files.writeString(
                directory.resolve("root.pem"), Pem.encode(authorities.root.certificate()));
        Files.writeString(
                directory.resolve("sites.pem"), Pem.encode(authorities.sites.certificate()));
        Files.writeString(directory.resolve("branch.pem"), Pem.encode(issued.certificate()));

        String seconds = Long.toString(NOW.getEpochSecond());
        assertThat(
                        OpenSsl.run(
                                directory,
                                "verify",
                                "-x509_strict",
                                "-purpose",
                                "sslclient",
                                "-verify_hostname",
                                "b1.customer.example",
                                "-attime",
                                seconds,
                                "-CAfile",
                                "root.pem",
                                "-untrusted",
                                "sites.pem",
                                "branch.pem"))
                .contains("branch.pem: OK");
    }

    @Test
    void rootAndIssuingAuthoritiesAreAsTheirProfiles(@TempDir Path directory) throws Exception {
        Issued root = authorities.recorded.get(0);
        Issued sites = authorities.recorded.get(1);

        assertThat(text(root, directory))
                .contains("CA:TRUE, pathlen:1")
                .contains("ASN1 OID: secp384r1")
                .contains("ecdsa-with-SHA384")
                .contains("Certificate Sign, CRL Sign");
        assertThat(text(sites, directory))
                .contains("CA:TRUE, pathlen:0")
                .contains("ASN1 OID: prime256v1")
                .contains("ecdsa-with-SHA384");
        assertThat(root.subject()).matches("Sallyport Root CA [0-9a-f]{8}");
        assertThat(sites.authority()).isEqualTo(root.subject());
        assertThat(sites.certificate().getIssuerX500Principal())
                .isEqualTo(root.certificate().getSubjectX500Principal());
    }

    @Test
    void nothingComesOutUnrecorded() {
        List<Issued> seen = authorities.recorded;
        Issued issued = authorities.issueBranch("b1.customer.example");
        assertThat(seen.getLast()).isSameAs(issued);

        assertThatThrownBy(
                        () ->
                                authorities.sites.issue(
                                        BRANCH,
                                        CertificateNames.of(Identity.dns("b2.customer.example")),
                                        GeneratedKey.p256(authorities.random),
                                        _ -> {
                                            throw new IllegalStateException("no database");
                                        }))
                .hasMessage("no database");
    }

    @Test
    void validityIsBackdatedAndInWholeSeconds() throws Exception {
        Instant later = NOW.plus(Duration.ofDays(100));
        Issued issued = issueAt(later);

        assertThat(issued.notBefore()).isEqualTo(Instant.parse("2027-03-01T21:00:00Z"));
        assertThat(issued.notAfter()).isEqualTo(Instant.parse("2027-05-30T22:00:00Z"));
    }

    @Test
    void nothingOutlivesItsIssuer() throws Exception {
        Instant end = authorities.sites.certificate().getNotAfter().toInstant();

        assertThat(issueAt(end.minus(Duration.ofDays(1))).notAfter()).isEqualTo(end);
        assertThatThrownBy(() -> issueAt(end.plusSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended");
    }

    @Test
    void rootsThatLiveBeyond2049AreDatedAsTheStandardSays(@TempDir Path directory)
            throws Exception {
        TestAuthorities late = TestAuthorities.at(Instant.parse("2035-01-01T00:00:00Z"));
        Files.writeString(directory.resolve("root.pem"), Pem.encode(late.root.certificate()));
        assertThat(OpenSsl.run(directory, "asn1parse", "-in", "root.pem"))
                .contains("UTCTIME           :341231230000Z")
                .contains("GENERALIZEDTIME   :20541227000000Z");
    }

    @Test
    void serialNumbersAreNineteenRandomOctets() {
        Set<BigInteger> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            BigInteger serial = authorities.issueBranch("b1.customer.example").serialNumber();
            assertThat(serial).isPositive();
            assertThat(serial.bitLength()).isLessThanOrEqualTo(19 * 8);
            assertThat(seen.add(serial)).isTrue();
        }
        // That the first bit is never set has a chance of 2^-200.
        assertThat(seen).anyMatch(serial -> serial.bitLength() == 19 * 8);
        // Every other bit is set here and clear there.
        assertThat(seen.stream().reduce(BigInteger.ZERO, BigInteger::or).bitCount())
                .isEqualTo(19 * 8);
        assertThat(seen.stream().reduce(BigInteger::and)).hasValue(BigInteger.ZERO);
    }

    /** What a certificate lives for, the hour that it is backdated apart. */
    @ParameterizedTest
    @MethodSource
    void lifetimesAreShort(EndEntityProfile profile, int days) {
        assertThat(profile.lifetime()).isEqualTo(Duration.ofDays(days));
        assertThat(profile.backdating()).isEqualTo(Duration.ofHours(1));
    }

    static Stream<Arguments> lifetimesAreShort() {
        return Stream.of(
                Arguments.of(EndEntityProfile.BRANCH, 90),
                Arguments.of(EndEntityProfile.GATEWAY_TLS, 30),
                Arguments.of(EndEntityProfile.CONCENTRATOR_IKE, 30),
                Arguments.of(EndEntityProfile.TLS_SERVER, 30),
                Arguments.of(EndEntityProfile.TLS_CLIENT, 30),
                Arguments.of(EndEntityProfile.OCSP_RESPONDER, 14),
                Arguments.of(EndEntityProfile.TELEWORKER, 1));
    }

    @Test
    void anAuthorityIssuesNothingButItsOwnProfiles() {
        for (CertificateAuthority authority : List.of(authorities.internal, authorities.root)) {
            assertThatThrownBy(
                            () ->
                                    authority.issue(
                                            BRANCH,
                                            CertificateNames.of(Identity.dns("b1.example")),
                                            GeneratedKey.p256(authorities.random),
                                            authorities.recorded::add))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not issue profile branch");
        }
    }

    @Test
    void anAuthorityCertifiesNoNamesButThoseOfItsPurpose() {
        assertThatThrownBy(() -> authorities.issueBranch("b1.customer.example.net"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("authority sites does not certify \"b1.customer.example.net\"");
        assertThat(authorities.recorded).hasSize(3);
    }

    @Test
    void anAuthorityMadeBeforeThereWereNameConstraintsGoesOnWithinThem() throws Exception {
        CertificateAuthority old =
                authorities.root.createSubordinate(
                        AuthorityProfile.SITES, NameConstraints.NONE, _ -> {});
        assertThat(old.certificate().getExtensionValue("2.5.29.30")).isNull();

        CertificateAuthority opened = authorities.reopened(old, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(issueBranch(opened, "b1.customer.example").subject())
                .isEqualTo("b1.customer.example");
        assertThatThrownBy(() -> issueBranch(opened, "b1.customer.example.net"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAuthorityOfAnotherDomainIsNotOpened() {
        var elsewhere = new Namespace(new Identity.Dns("example.net"));
        assertThatThrownBy(
                        () ->
                                CertificateAuthority.of(
                                        AuthorityProfile.SITES,
                                        elsewhere.constraints(AuthorityProfile.SITES),
                                        authorities.sites.certificate(),
                                        GeneratedKey.p256(authorities.random).privateKey(),
                                        Clock.fixed(NOW, ZoneOffset.UTC),
                                        authorities.random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("made for another domain");
    }

    @Test
    void anIssuingAuthorityMakesNoFurtherAuthority() {
        assertThatThrownBy(
                        () ->
                                authorities.sites.createSubordinate(
                                        AuthorityProfile.INTERNAL,
                                        NameConstraints.NONE,
                                        authorities.recorded::add))
                .hasMessageContaining("BasicConstraintsRule (RFC 5280 section 4.2.1.9)");
        assertThat(authorities.recorded).hasSize(3);
    }

    @Test
    void refusesNamesThatTheProfileDoesNotHave() {
        assertThatThrownBy(
                        () ->
                                authorities.sites.issue(
                                        BRANCH,
                                        CertificateNames.of(Identity.ip("192.0.2.1")),
                                        GeneratedKey.p256(authorities.random),
                                        authorities.recorded::add))
                .hasMessageContaining("no names of kind IP");
    }

    @Test
    void issuesForARequestButNotForSomebodyElse() throws Exception {
        VerifiedRequest request = VerifiedRequest.parse(vector("p256"), BRANCH);
        Issued issued =
                authorities.sites.issue(
                        BRANCH,
                        CertificateNames.of(Identity.dns("branch1.customer.example")),
                        request,
                        authorities.recorded::add);
        assertThat(issued.certificate().getPublicKey()).isEqualTo(request.publicKey());

        assertThatThrownBy(
                        () ->
                                authorities.sites.issue(
                                        BRANCH,
                                        CertificateNames.of(Identity.dns("branch2.example")),
                                        request,
                                        authorities.recorded::add))
                .isInstanceOf(RequestRefusedException.class);
    }

    @Test
    void aRequestVerifiedForALaxProfileIsNotGoodForAStrictOne() throws Exception {
        VerifiedRequest rsa = VerifiedRequest.parse(vector("rsa3072"), BRANCH);
        assertThatThrownBy(
                        () ->
                                authorities.sites.issue(
                                        CONCENTRATOR_IKE,
                                        CertificateNames.of(
                                                Identity.dns("branch1.customer.example")),
                                        rsa,
                                        authorities.recorded::add))
                .hasMessageContaining("no keys of kind RSA");
    }

    @Test
    void requestedExtensionsComeToNothing(@TempDir Path directory) throws Exception {
        Issued issued =
                authorities.sites.issue(
                        BRANCH,
                        CertificateNames.of(Identity.dns("branch1.customer.example")),
                        VerifiedRequest.parse(vector("p256-wants-to-be-ca"), BRANCH),
                        authorities.recorded::add);
        assertThat(issued.certificate().getBasicConstraints()).isEqualTo(-1);
        assertThat(text(issued, directory)).doesNotContain("CA:TRUE");
    }

    @Test
    void anIdentityTooLongForACommonNameStandsInACriticalExtension(@TempDir Path directory)
            throws Exception {
        String name = "b".repeat(63) + ".customer.example";
        assertThat(text(authorities.issueBranch(name), directory))
                .contains("Subject: \n")
                .contains("X509v3 Subject Alternative Name: critical\n")
                .contains("DNS:" + name);
    }

    @Test
    void aForeignKeyIsNotTakenForTheAuthoritys() {
        GeneratedKey foreign = GeneratedKey.p256(authorities.random);
        assertThatThrownBy(
                        () ->
                                CertificateAuthority.of(
                                        AuthorityProfile.SITES,
                                        TestAuthorities.NAMESPACE.constraints(
                                                AuthorityProfile.SITES),
                                        authorities.sites.certificate(),
                                        foreign.privateKey(),
                                        Clock.fixed(NOW, ZoneOffset.UTC),
                                        authorities.random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the key is not the certificate's");
    }

    private Issued issueAt(Instant now) throws Exception {
        return authorities
                .sitesAt(now)
                .issue(
                        BRANCH,
                        CertificateNames.of(Identity.dns("b1.customer.example")),
                        GeneratedKey.p256(authorities.random),
                        authorities.recorded::add);
    }

    private Issued issueBranch(CertificateAuthority authority, String name) {
        return authority.issue(
                BRANCH,
                CertificateNames.of(Identity.dns(name)),
                GeneratedKey.p256(authorities.random),
                authorities.recorded::add);
    }

    private CertificateAuthority authorityFor(EndEntityProfile profile) {
        return profile.equals(BRANCH) || profile.equals(CONCENTRATOR_IKE)
                ? authorities.sites
                : authorities.internal;
    }

    private static String text(Issued issued, Path directory) throws Exception {
        Files.writeString(directory.resolve("certificate.pem"), Pem.encode(issued.certificate()));
        return OpenSsl.run(directory, "x509", "-in", "certificate.pem", "-noout", "-text");
    }

    private static byte[] vector(String name) throws IOException {
        try (InputStream in = IssuingTest.class.getResourceAsStream("/request/" + name + ".pem")) {
            return in.readAllBytes();
        }
    }
}
