package io.sallyport.pki.authority;

import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A root with both issuing authorities at one moment, and all they issued. */
final class TestAuthorities {

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
        sites = root.createSubordinate(AuthorityProfile.SITES, recorded::add);
        internal = root.createSubordinate(AuthorityProfile.INTERNAL, recorded::add);
        gateways = root.createSubordinate(AuthorityProfile.GATEWAYS, _ -> {});
        teleworkers = root.createSubordinate(AuthorityProfile.TELEWORKERS, _ -> {});
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
        Passphrase passphrase = Passphrase.random(random);
        return CertificateAuthority.of(
                sites.profile(),
                sites.certificate(),
                EncryptedKey.decrypt(sites.encryptedKey(passphrase), passphrase),
                Clock.fixed(later, ZoneOffset.UTC),
                random);
    }

    Issued issueBranch(String name) {
        return sites.issue(
                EndEntityProfile.BRANCH,
                CertificateNames.of(Identity.dns(name)),
                GeneratedKey.p256(random),
                recorded::add);
    }
}
