package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.NameConstraints;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;

/** A root that can sign, because its key was opened where that is kept. Blocks on the custody. */
final class RootWithKey {
    private RootWithKey() {}

    /**
     * The root of this certificate.
     *
     * @throws IOException if the custody has another root's key, or does not open it
     */
    static CertificateAuthority open(
            X509Certificate certificate, RootCustody custody, Clock clock, SecureRandom random)
            throws IOException {
        try {
            return CertificateAuthority.of(
                    AuthorityProfile.ROOT,
                    NameConstraints.NONE,
                    certificate,
                    custody.open(certificate),
                    clock,
                    random);
        } catch (IllegalArgumentException e) {
            throw new IOException("authority root: " + e.getMessage(), e);
        }
    }

    /**
     * The root that is kept there, or else a new one: one that an interrupted ceremony has left
     * where its key is kept is recorded, and whole.
     */
    static CertificateAuthority keptOrNew(
            RootCustody custody,
            KeyAlgorithm algorithm,
            Clock clock,
            SecureRandom random,
            CertificateRecorder recorder)
            throws IOException {
        Optional<X509Certificate> kept = custody.kept();
        if (kept.isPresent()) {
            return open(kept.get(), custody, clock, random);
        }
        SigningKey key = custody.generate(algorithm);
        CertificateAuthority root =
                SelfSigned.root(AuthorityProfile.ROOT, key, clock, random, recorder);
        custody.keep(key, root.certificate());
        return root;
    }
}
