package io.sallyport.pki.authority;

import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Namespace;

import org.bouncycastle.asn1.x500.X500Name;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A root with both issuing authorities at one moment, and all they issued. */
final class TestAuthorities {

    static final Namespace NAMESPACE = new Namespace(new Identity.Dns("example"));

    final Instant now;
    final SecureRandom random = new SecureRandom();
    final List<Issued> recorded = new ArrayList<>();
    final CertificateAuthority root;
    final CertificateAuthority sites;
    final CertificateAuthority internal;
    final CertificateAuthority gateways;
    final CertificateAuthority teleworkers;

    private TestAuthorities(Instant now) {
        this.now = now;
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        root = CertificateAuthority.createRoot(AuthorityProfile.ROOT, clock, random, recorded::add);
        sites = subordinate(AuthorityProfile.SITES, recorded::add);
        internal = subordinate(AuthorityProfile.INTERNAL, recorded::add);
        gateways = subordinate(AuthorityProfile.GATEWAYS, _ -> {});
        teleworkers = subordinate(AuthorityProfile.TELEWORKERS, _ -> {});
    }

    private CertificateAuthority subordinate(
            AuthorityProfile profile, CertificateRecorder recorder) {
        return root.createSubordinate(profile, NAMESPACE.constraints(profile), recorder);
    }

    static TestAuthorities at(Instant now) {
        return new TestAuthorities(now);
    }

    /** For readers that judge by the clock of the machine. */
    static TestAuthorities now() {
        return at(Clock.systemUTC().instant());
    }

    /** The sites authority as it is at another moment. */
    CertificateAuthority sitesAt(Instant later) throws Exception {
        return reopened(sites, Clock.fixed(later, ZoneOffset.UTC));
    }

    /** The authority as it is loaded, after a restart and perhaps an upgrade. */
    CertificateAuthority reopened(CertificateAuthority authority, Clock clock) throws Exception {
        Passphrase passphrase = Passphrase.random(random);
        return CertificateAuthority.of(
                authority.profile(),
                NAMESPACE.constraints(authority.profile()),
                authority.certificate(),
                EncryptedKey.decrypt(authority.encryptedKey(passphrase), passphrase),
                clock,
                random);
    }

    Issued issueBranch(String name) {
        return sites.issue(
                EndEntityProfile.BRANCH,
                CertificateNames.of(Identity.dns(name)),
                GeneratedKey.p256(random),
                recorded::add);
    }

    Issued issueGateway(String name) {
        return gateways.issue(
                EndEntityProfile.GATEWAY_TLS,
                CertificateNames.of(Identity.dns(name)),
                GeneratedKey.p256(random),
                _ -> {});
    }

    /** The one that issues by this profile. */
    CertificateAuthority issuerOf(EndEntityProfile profile) {
        return new Authorities(root.certificate(), sites, internal, gateways, teleworkers)
                .issuerOf(profile);
    }

    /** A certificate that whoever has the authority's key could make, without its checks. */
    X509Certificate issuedByAThief(
            CertificateAuthority issuer,
            EndEntityProfile profile,
            Identity name,
            GeneratedKey subject)
            throws Exception {
        Passphrase passphrase = Passphrase.random(random);
        PublicKey issuerKey = issuer.certificate().getPublicKey();
        SigningKey stolen =
                new SigningKey(
                        EncryptedKey.decrypt(issuer.encryptedKey(passphrase), passphrase),
                        issuerKey);
        var as =
                new ToBeSigned.Issuer(
                        X500Name.getInstance(
                                issuer.certificate().getSubjectX500Principal().getEncoded()),
                        ToBeSigned.authorityKeyIdentifier(issuerKey),
                        stolen.identifier());
        CertificateNames names = CertificateNames.of(name);
        byte[] der =
                stolen.sign(
                        ToBeSigned.certificate(
                                as,
                                BigInteger.probablePrime(150, random),
                                Validity.of(now, Duration.ofHours(1), Duration.ofDays(1)),
                                ToBeSigned.subject(names),
                                subject.publicKey(),
                                ToBeSigned.extensions(
                                        as, subject.publicKey(), profile, names, Optional.empty())),
                        random);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }
}
