package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.pki.revocation.RevokedCertificate;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A ceremony in which the root signs its CRL: because the one before is about to end, or because an
 * authority is revoked. Blocks; one thread.
 */
public final class RevocationCeremony {

    private final RootCustody custody;
    private final Clock clock;
    private final SecureRandom random;
    private final List<String> attending;

    /**
     * A ceremony.
     *
     * @param custody where the root's key is kept
     * @param attending names of the people, at least one
     */
    public RevocationCeremony(
            RootCustody custody, Clock clock, SecureRandom random, List<String> attending) {
        this.custody = custody;
        this.clock = clock;
        this.random = random;
        this.attending = List.copyOf(attending);
    }

    /**
     * Signs the root's next CRL: who has it knows which authorities are revoked, and until when
     * that is true.
     *
     * @param former the CRL before, whose entries stay; empty if this is the first
     * @param revoked what is revoked now, if anything
     * @param reliableFor until the CRL after this one has to be there
     * @param file gets the CRL, PEM
     * @param transcript must not exist
     * @throws IOException when anything fails; the transcript has the reason
     */
    public X509CRL sign(
            Optional<X509CRL> former,
            List<Revoked> revoked,
            Duration reliableFor,
            Path file,
            Path transcript)
            throws IOException {
        return Ceremony.hold(
                "revocation list of the root",
                transcript,
                clock,
                attending,
                custody,
                minutes -> {
                    X509Certificate certificate =
                            custody.kept().orElseThrow(() -> new IOException("there is no root"));
                    CertificateAuthority root =
                            CertificateAuthority.of(
                                    AuthorityProfile.ROOT,
                                    NameConstraints.NONE,
                                    certificate,
                                    custody.open(certificate),
                                    clock,
                                    random);
                    X509CRL crl = root.sign(content(root, former, revoked, reliableFor));
                    minutes.entry(
                            "CRL %s of %s, next update %s, %d revoked"
                                    .formatted(
                                            CrlNumber.of(crl).value(),
                                            crl.getIssuerX500Principal().getName(),
                                            crl.getNextUpdate().toInstant(),
                                            entries(crl).size()));
                    minutes.attachment(Pem.encode(crl));
                    Path partial =
                            Files.writeString(
                                    file.resolveSibling("." + file.getFileName() + ".partial"),
                                    Pem.encode(crl),
                                    US_ASCII);
                    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
                    return crl;
                });
    }

    /** An authority of the root that nobody is to trust any more. */
    public record Revoked(X509Certificate authority, CRLReason reason) {}

    private CrlContent content(
            CertificateAuthority root,
            Optional<X509CRL> former,
            List<Revoked> revoked,
            Duration reliableFor)
            throws IOException {
        List<RevokedCertificate> entries = new ArrayList<>();
        CrlNumber number = CrlNumber.FIRST;
        try {
            if (former.isPresent()) {
                former.get().verify(root.certificate().getPublicKey());
                number = CrlNumber.of(former.get()).next();
                entries(former.get()).stream().map(RevocationCeremony::entry).forEach(entries::add);
            }
            for (Revoked each : revoked) {
                each.authority().verify(root.certificate().getPublicKey());
                BigInteger serialNumber = each.authority().getSerialNumber();
                if (serialNumber.equals(root.certificate().getSerialNumber())) {
                    throw new IOException("a root cannot revoke itself");
                }
                // Told twice, it is what it was.
                if (entries.stream().noneMatch(it -> it.serialNumber().equals(serialNumber))) {
                    entries.add(
                            new RevokedCertificate(serialNumber, clock.instant(), each.reason()));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("not signed by the root that is here", e);
        }
        Instant now = clock.instant();
        return new CrlContent(
                number,
                now.minus(AuthorityProfile.ROOT.backdating()),
                now.plus(reliableFor),
                entries);
    }

    private static Set<? extends X509CRLEntry> entries(X509CRL crl) {
        return crl.getRevokedCertificates() == null ? Set.of() : crl.getRevokedCertificates();
    }

    private static RevokedCertificate entry(X509CRLEntry entry) {
        return new RevokedCertificate(
                entry.getSerialNumber(),
                entry.getRevocationDate().toInstant(),
                entry.getRevocationReason() == null
                        ? CRLReason.UNSPECIFIED
                        : entry.getRevocationReason());
    }
}
