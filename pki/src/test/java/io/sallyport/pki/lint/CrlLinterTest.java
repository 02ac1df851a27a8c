package io.sallyport.pki.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.profile.AuthorityProfile;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

class CrlLinterTest {

    private static final X509Certificate ROOT =
            CertificateAuthority.createRoot(
                            AuthorityProfile.ROOT,
                            Clock.fixed(Instant.parse("2026-11-21T22:00:00Z"), ZoneOffset.UTC),
                            new SecureRandom(),
                            _ -> {})
                    .certificate();

    record Flaw(String name, String rule, Consumer<Draft> spoiling) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Flaw> flaws() {
        return Stream.of(
                new Flaw("version 1", "CrlVersionRule", d -> d.version = null),
                new Flaw(
                        "digest that does not fit the key",
                        "CrlSignatureRule",
                        d -> d.signature = X9ObjectIdentifiers.ecdsa_with_SHA256),
                new Flaw(
                        "another issuer",
                        "CrlIssuerRule",
                        d -> d.issuer = new X500Name("CN=somebody else")),
                new Flaw("no next update", "CrlDatesRule", d -> d.nextUpdate = null),
                new Flaw(
                        "next update before this one",
                        "CrlDatesRule",
                        d -> d.nextUpdate = new ASN1UTCTime("261121210000Z")),
                new Flaw(
                        "serial number zero",
                        "CrlEntriesRule",
                        d -> d.entries.add(entry(BigInteger.ZERO, 1))),
                new Flaw(
                        "serial number of 21 octets",
                        "CrlEntriesRule",
                        d -> d.entries.add(entry(BigInteger.ONE.shiftLeft(159), 1))),
                new Flaw(
                        "serial number twice",
                        "CrlEntriesRule",
                        d -> d.entries.add(entry(BigInteger.TWO, 1))),
                new Flaw("reason unspecified", "CrlEntriesRule", d -> d.entries.add(entry(0))),
                new Flaw("reason never assigned", "CrlEntriesRule", d -> d.entries.add(entry(7))),
                new Flaw("reason of a delta", "CrlEntriesRule", d -> d.entries.add(entry(8))),
                new Flaw("reason of nobody", "CrlEntriesRule", d -> d.entries.add(entry(11))),
                new Flaw("no extensions", "CrlExtensionsRule", d -> d.extensions.clear()),
                new Flaw("no number", "CrlExtensionsRule", d -> d.extensions.removeLast()),
                new Flaw(
                        "critical number",
                        "CrlExtensionsRule",
                        d -> {
                            d.extensions.removeLast();
                            d.extensions.add(extension(Extension.cRLNumber, true, 1));
                        }),
                new Flaw(
                        "number of 21 octets",
                        "CrlExtensionsRule",
                        d -> {
                            d.extensions.removeLast();
                            d.extensions.add(
                                    extension(
                                            Extension.cRLNumber,
                                            new ASN1Integer(BigInteger.ONE.shiftLeft(159))));
                        }),
                new Flaw(
                        "delta",
                        "CrlExtensionsRule",
                        d -> d.extensions.add(extension(Extension.deltaCRLIndicator, true, 1))),
                new Flaw(
                        "another key's identifier",
                        "CrlExtensionsRule",
                        d ->
                                d.extensions.set(
                                        0,
                                        extension(
                                                Extension.authorityKeyIdentifier,
                                                new AuthorityKeyIdentifier(new byte[20])))));
    }

    @Test
    void passesWhatIsFaultless() {
        assertThatCode(() -> CrlLinter.check(new Draft().encoded(), ROOT))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void namesTheBrokenRule(Flaw flaw) {
        Draft draft = new Draft();
        flaw.spoiling().accept(draft);
        assertThatThrownBy(() -> CrlLinter.check(draft.encoded(), ROOT))
                .isInstanceOfSatisfying(
                        LintViolationException.class,
                        e -> assertThat(e.rule()).isEqualTo(flaw.rule()))
                .hasMessageContaining("(RFC 5280 section 5.");
    }

    @Test
    void whatIsNoListIsNotSigned() {
        assertThatThrownBy(() -> CrlLinter.check(new byte[] {0x30, 0}, ROOT))
                .isInstanceOf(LintViolationException.class)
                .hasMessageContaining("Encoding (RFC 5280 section 5.1)");
    }

    private static DERSequence entry(int reason) {
        return entry(BigInteger.TEN, reason);
    }

    private static DERSequence entry(BigInteger serial, int reason) {
        return new DERSequence(
                new ASN1Encodable[] {
                    new ASN1Integer(serial),
                    new ASN1UTCTime("261121220000Z"),
                    new Extensions(extension(Extension.reasonCode, new ASN1Enumerated(reason)))
                });
    }

    private static Extension extension(ASN1ObjectIdentifier oid, boolean critical, long value) {
        return extension(oid, critical, new ASN1Integer(value));
    }

    private static Extension extension(ASN1ObjectIdentifier oid, ASN1Encodable value) {
        return extension(oid, false, value);
    }

    private static Extension extension(
            ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        try {
            return new Extension(
                    oid, critical, value.toASN1Primitive().getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A faultless CRL of the root, each part of which a test can spoil. */
    private static final class Draft {
        ASN1Encodable version = new ASN1Integer(1);
        ASN1ObjectIdentifier signature = X9ObjectIdentifiers.ecdsa_with_SHA384;
        X500Name issuer;
        ASN1Encodable nextUpdate = new ASN1UTCTime("261128220000Z");
        final List<DERSequence> entries = new ArrayList<>();
        final List<Extension> extensions = new ArrayList<>();

        Draft() {
            TBSCertificate root;
            try {
                root = TBSCertificate.getInstance(ROOT.getTBSCertificate());
            } catch (CertificateEncodingException e) {
                throw new AssertionError(e);
            }
            issuer = root.getSubject();
            byte[] key =
                    SubjectKeyIdentifier.fromExtensions(root.getExtensions()).getKeyIdentifier();
            entries.add(entry(BigInteger.TWO, 1));
            extensions.add(
                    extension(Extension.authorityKeyIdentifier, new AuthorityKeyIdentifier(key)));
            extensions.add(extension(Extension.cRLNumber, false, 7));
        }

        byte[] encoded() {
            ASN1EncodableVector all = new ASN1EncodableVector();
            if (version != null) {
                all.add(version);
            }
            all.add(new AlgorithmIdentifier(signature));
            all.add(issuer);
            all.add(new ASN1UTCTime("261121220000Z"));
            if (nextUpdate != null) {
                all.add(nextUpdate);
            }
            all.add(new DERSequence(entries.toArray(ASN1Encodable[]::new)));
            if (!extensions.isEmpty()) {
                all.add(
                        new DERTaggedObject(
                                true, 0, new Extensions(extensions.toArray(Extension[]::new))));
            }
            try {
                return new DERSequence(all).getEncoded(ASN1Encoding.DER);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
