package io.sallyport.pki.authority;

import io.sallyport.pki.lint.CertificateLinter;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.NameConstraints;

import org.bouncycastle.asn1.x509.TBSCertificate;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** Makes roots of keys that are there: a certificate for the key, signed with it. */
final class SelfSigned {
    private SelfSigned() {}

    /** A root with a name of its own, which follows from its key. */
    static CertificateAuthority root(
            AuthorityProfile profile,
            SigningKey key,
            Clock clock,
            SecureRandom random,
            CertificateRecorder recorder) {
        String name = ToBeSigned.authorityName(profile, key.publicKey());
        return root(profile, name, key, clock, random, recorder);
    }

    /** A root with this name. */
    static CertificateAuthority root(
            AuthorityProfile profile,
            String name,
            SigningKey key,
            Clock clock,
            SecureRandom random,
            CertificateRecorder recorder) {
        PublicKey publicKey = key.publicKey();
        ToBeSigned.Issuer self =
                new ToBeSigned.Issuer(
                        ToBeSigned.commonName(name),
                        ToBeSigned.authorityKeyIdentifier(publicKey),
                        key.identifier());
        TBSCertificate toBeSigned =
                ToBeSigned.certificate(
                        self,
                        SignedNow.serialNumber(random),
                        Validity.of(clock.instant(), profile.backdating(), profile.lifetime()),
                        self.name(),
                        publicKey,
                        ToBeSigned.extensions(self, publicKey, profile, NameConstraints.NONE));
        CertificateLinter.checkSelfSigned(SignedNow.encoded(toBeSigned));
        Issued issued =
                SignedNow.certificate(
                        name, profile.name(), name, key.sign(toBeSigned, random), recorder);
        return new CertificateAuthority(
                profile,
                NameConstraints.NONE,
                issued.certificate(),
                key,
                clock,
                random,
                Optional.empty());
    }
}
