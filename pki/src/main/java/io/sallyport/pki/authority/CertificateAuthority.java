package io.sallyport.pki.authority;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.lint.CertificateLinter;
import io.sallyport.pki.lint.CrlLinter;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.Printable;
import io.sallyport.pki.profile.StatusAddresses;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.pki.revocation.CertificateId;
import io.sallyport.pki.revocation.CertificateStatus;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.OcspContent;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * An authority with its key: issues certificates by profile and signs CRLs. Immutable and safe for
 * any number of threads; nothing blocks but the recorder.
 */
public final class CertificateAuthority {
    private final AuthorityProfile profile;
    private final NameConstraints nameConstraints;
    private final X509Certificate certificate;
    private final SigningKey key;
    private final Clock clock;
    private final SecureRandom random;
    private final ToBeSigned.Issuer issuer;
    private final Optional<StatusAddresses> status;
    private final String label;

    /** Of a certificate and a key that are known to belong together. */
    CertificateAuthority(
            AuthorityProfile profile,
            NameConstraints nameConstraints,
            X509Certificate certificate,
            SigningKey key,
            Clock clock,
            SecureRandom random,
            Optional<StatusAddresses> status) {
        this.profile = profile;
        this.nameConstraints = nameConstraints;
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.random = random;
        this.status = status;
        this.label = profile.name() + "-" + ToBeSigned.keyLabel(certificate.getPublicKey());
        this.issuer =
                new ToBeSigned.Issuer(
                        X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                        ToBeSigned.authorityKeyIdentifier(key.publicKey()),
                        key.identifier());
    }

    /** Makes a root: an EC key on P-384 and a certificate signed with it. */
    public static CertificateAuthority createRoot(
            AuthorityProfile profile,
            Clock clock,
            SecureRandom random,
            CertificateRecorder recorder) {
        GeneratedKey pair = GeneratedKey.p384(random);
        SigningKey key = new SigningKey(pair.privateKey(), pair.publicKey());
        return SelfSigned.root(profile, key, clock, random, recorder);
    }

    /**
     * Makes the root that is to follow this one, of another key: a certificate signed with that key
     * (RFC 4210 section 4.4, "new with new"). It has the name of this one, as a key update wants
     * it: what this one then signs of it in {@link #vouchFor} is self-issued, so it does not count
     * as one more authority in a path (RFC 5280 section 4.2.1.9), of which a root allows one.
     */
    CertificateAuthority createNextRoot(SigningKey nextKey, CertificateRecorder recorder) {
        return SelfSigned.root(profile, name(), nextKey, clock, random, recorder);
    }

    /**
     * Certifies the key of the root that follows this one ("new with old"): whoever trusts this one
     * alone can verify what is below the next one.
     */
    Issued vouchFor(CertificateAuthority nextRoot, CertificateRecorder recorder) {
        PublicKey nextKey = nextRoot.key.publicKey();
        return issue(
                profile.name(),
                name(),
                issuer.name(),
                Validity.of(clock.instant(), profile.backdating(), profile.lifetime()),
                nextKey,
                ToBeSigned.extensions(issuer, nextKey, profile, NameConstraints.NONE),
                recorder);
    }

    private String name() {
        return issuer.name().getRDNs()[0].getFirst().getValue().toString();
    }

    /**
     * An authority made earlier.
     *
     * @param profile as it was made with
     * @param nameConstraints what it may certify. They bind it also when it was made before
     *     authorities had name constraints in their certificates
     * @throws IllegalArgumentException when the key is not the certificate's, the certificate no
     *     authority's, or its name constraints are others
     */
    public static CertificateAuthority of(
            AuthorityProfile profile,
            NameConstraints nameConstraints,
            X509Certificate certificate,
            PrivateKey privateKey,
            Clock clock,
            SecureRandom random) {
        SigningKey key = new SigningKey(privateKey, certificate.getPublicKey());
        return of(profile, nameConstraints, certificate, key, clock, random);
    }

    /** An authority made earlier, whose key may be in a token. */
    static CertificateAuthority of(
            AuthorityProfile profile,
            NameConstraints nameConstraints,
            X509Certificate certificate,
            SigningKey key,
            Clock clock,
            SecureRandom random) {
        if (certificate.getBasicConstraints() != profile.pathLength()) {
            throw new IllegalArgumentException(
                    "not the certificate of an authority with path length " + profile.pathLength());
        }
        if (!ConstraintsEncoding.inKeepingWith(certificate, nameConstraints)) {
            throw new IllegalArgumentException(
                    "its certificate was made for another domain: it has other name constraints");
        }
        if (!key.matches(random)) {
            throw new IllegalArgumentException("the key is not the certificate's");
        }
        return new CertificateAuthority(
                profile, nameConstraints, certificate, key, clock, random, Optional.empty());
    }

    /**
     * Makes an authority below this one, with a new EC key on P-256.
     *
     * @param constraints what it may certify; they are written into its certificate
     */
    public CertificateAuthority createSubordinate(
            AuthorityProfile subordinate,
            NameConstraints constraints,
            CertificateRecorder recorder) {
        return createSubordinate(subordinate, constraints, KeyAlgorithm.EC_P256, recorder);
    }

    /**
     * Makes an authority below this one, with a new key of that kind. Otherwise as {@link
     * #createSubordinate(AuthorityProfile, NameConstraints, CertificateRecorder)}.
     */
    public CertificateAuthority createSubordinate(
            AuthorityProfile subordinate,
            NameConstraints constraints,
            KeyAlgorithm keyAlgorithm,
            CertificateRecorder recorder) {
        GeneratedKey pair = GeneratedKey.of(keyAlgorithm, random);
        Issued issued = certify(subordinate, constraints, pair.publicKey(), recorder);
        SigningKey subordinateKey = new SigningKey(pair.privateKey(), pair.publicKey());
        return new CertificateAuthority(
                subordinate,
                constraints,
                issued.certificate(),
                subordinateKey,
                clock,
                random,
                Optional.empty());
    }

    /** Certifies the key of an authority below this one, which stays where it was made. */
    Issued certify(
            AuthorityProfile subordinate,
            NameConstraints constraints,
            PublicKey subordinateKey,
            CertificateRecorder recorder) {
        String name = ToBeSigned.authorityName(subordinate, subordinateKey);
        return issue(
                subordinate.name(),
                name,
                ToBeSigned.commonName(name),
                Validity.of(clock.instant(), subordinate.backdating(), subordinate.lifetime()),
                subordinateKey,
                ToBeSigned.extensions(issuer, subordinateKey, subordinate, constraints),
                recorder);
    }

    /**
     * The same authority; what it issues says from now on where its status can be asked for. A
     * responder's certificate does not: nobody need ask (RFC 6960 section 4.2.2.2.1).
     */
    public CertificateAuthority withStatusAt(StatusAddresses addresses) {
        return new CertificateAuthority(
                profile, nameConstraints, certificate, key, clock, random, Optional.of(addresses));
    }

    /**
     * Issues a certificate for the key of a request.
     *
     * @param names decided by the caller; the request must not name anybody else
     * @return the certificate, after the recorder has taken it
     * @throws io.sallyport.pki.request.RequestRefusedException when the request names somebody else
     * @throws IllegalArgumentException when the profile is not this authority's, or does not allow
     *     the names or the key, or its name constraints forbid a name
     * @throws IllegalStateException when the authority's own certificate has ended
     * @throws io.sallyport.pki.lint.LintViolationException when a rule is broken; nothing was
     *     signed
     */
    public Issued issue(
            EndEntityProfile endEntity,
            CertificateNames names,
            VerifiedRequest request,
            CertificateRecorder recorder) {
        request.requireNoOtherThan(names);
        return issue(endEntity, names, request.key(), recorder);
    }

    /**
     * Issues a certificate for a key that was made in this process. Otherwise as {@link
     * #issue(EndEntityProfile, CertificateNames, VerifiedRequest, CertificateRecorder)}.
     */
    public Issued issue(
            EndEntityProfile endEntity,
            CertificateNames names,
            GeneratedKey generated,
            CertificateRecorder recorder) {
        AcceptedKey accepted = AcceptedKey.of(generated.publicKey().getEncoded());
        return issue(endEntity, names, accepted, recorder);
    }

    /**
     * Signs a CRL of this authority's certificates. The caller keeps the numbers growing.
     *
     * @throws io.sallyport.pki.lint.LintViolationException when a rule is broken; nothing was
     *     signed
     */
    public X509CRL sign(CrlContent content) {
        TBSCertList toBeSigned = ToBeSigned.crl(issuer, content);
        CrlLinter.check(SignedNow.encoded(toBeSigned), certificate);
        byte[] der = key.sign(toBeSigned, random);
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(der));
        } catch (CertificateException | CRLException e) {
            throw new IllegalStateException("the CRL just signed cannot be read", e);
        }
    }

    /**
     * Signs an OCSP response about one certificate of this authority (RFC 6960 section 4.2.1), with
     * its own key, so that no further certificate is needed to verify it.
     *
     * @return the response in DER, as it is stapled (RFC 6066 section 8)
     * @throws IllegalStateException when this authority's key may not sign OCSP responses
     */
    public byte[] sign(OcspContent content) {
        CertificateId id =
                CertificateId.of(CertificateId.Hash.SHA1, certificate, content.serialNumber());
        CertificateStatus status =
                content.revoked()
                        .<CertificateStatus>map(CertificateStatus.Revoked::new)
                        .orElseGet(CertificateStatus.Good::new);
        var answer =
                new OcspEncoding.Single(id, status, content.thisUpdate(), content.nextUpdate());
        return ocspSigner()
                .sign(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        List.of(answer),
                        Optional.empty());
    }

    /**
     * Signs OCSP responses with this authority's own key.
     *
     * @throws IllegalStateException when this authority's key may not sign OCSP responses
     */
    public OcspSigner ocspSigner() {
        if (!profile.signsOcsp()) {
            throw new IllegalStateException(
                    "authority %s does not sign OCSP responses".formatted(profile.name()));
        }
        return new OcspSigner(certificate, Optional.empty(), key, random);
    }

    /**
     * Certifies a new key, which is kept in memory alone, to sign OCSP responses in this
     * authority's place (RFC 6960 section 2.6).
     *
     * @throws IllegalStateException when the authority's own certificate has ended
     */
    public OcspSigner delegateOcsp(CertificateRecorder recorder) {
        GeneratedKey pair = GeneratedKey.p256(random);
        // A URI: the one kind of name that no authority's name constraints speak of.
        var names = CertificateNames.of(Identity.uri("urn:sallyport:ocsp:" + profile.name()));
        Issued issued = issue(EndEntityProfile.OCSP_RESPONDER, names, pair, recorder);
        return new OcspSigner(
                certificate,
                Optional.of(issued.certificate()),
                new SigningKey(pair.privateKey(), pair.publicKey()),
                random);
    }

    /** The authority's certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * What addresses call it: its profile and the beginning of its key's identifier, as in its
     * common name. No two generations of an authority share it.
     */
    public String label() {
        return label;
    }

    /** The profile it was made with. */
    public AuthorityProfile profile() {
        return profile;
    }

    /** The authority's key, encrypted, as PEM. CPU-bound for a noticeable part of a second. */
    public String encryptedKey(Passphrase passphrase) {
        return EncryptedKey.encrypt(key.privateKey(), passphrase, random);
    }

    @Override
    public String toString() {
        return "CertificateAuthority[%s]".formatted(certificate.getSubjectX500Principal());
    }

    private Issued issue(
            EndEntityProfile endEntity,
            CertificateNames names,
            AcceptedKey accepted,
            CertificateRecorder recorder) {
        if (!issues(endEntity)) {
            throw new IllegalArgumentException(
                    "authority %s does not issue profile %s"
                            .formatted(profile.name(), endEntity.name()));
        }
        endEntity.require(names);
        nameConstraints
                .forbidden(names.all())
                .ifPresent(
                        name -> {
                            throw new IllegalArgumentException(
                                    "authority %s does not certify %s"
                                            .formatted(profile.name(), Printable.of(name.text())));
                        });
        if (!endEntity.keyAlgorithms().contains(accepted.algorithm())) {
            throw new IllegalArgumentException(
                    "profile %s: no keys of kind %s"
                            .formatted(endEntity.name(), accepted.algorithm().description()));
        }
        PublicKey publicKey = accepted.publicKey();
        return issue(
                endEntity.name(),
                names.identity().text(),
                ToBeSigned.subject(names),
                Validity.of(clock.instant(), endEntity.backdating(), endEntity.lifetime()),
                publicKey,
                ToBeSigned.extensions(issuer, publicKey, endEntity, names, status),
                recorder);
    }

    /** Every issuing authority certifies who answers for it. */
    private boolean issues(EndEntityProfile endEntity) {
        return profile.endEntityProfiles().contains(endEntity.name())
                || (profile.pathLength() == 0 && endEntity.equals(EndEntityProfile.OCSP_RESPONDER));
    }

    private Issued issue(
            String profileName,
            String subject,
            X500Name subjectName,
            Validity validity,
            PublicKey publicKey,
            Extensions extensions,
            CertificateRecorder recorder) {
        Instant end = certificate.getNotAfter().toInstant();
        if (!clock.instant().isBefore(end)) {
            throw new IllegalStateException("the authority's certificate ended at " + end);
        }
        TBSCertificate toBeSigned =
                ToBeSigned.certificate(
                        issuer,
                        SignedNow.serialNumber(random),
                        validity.within(certificate),
                        subjectName,
                        publicKey,
                        extensions);
        CertificateLinter.check(SignedNow.encoded(toBeSigned), certificate);
        return SignedNow.certificate(
                name(), profileName, subject, key.sign(toBeSigned, random), recorder);
    }
}
