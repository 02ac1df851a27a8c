package io.sallyport.provisioner.authority;

import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.pki.revocation.RevokedCertificate;
import io.sallyport.provisioner.authority.IssuingAuthorities.Generation;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.math.BigInteger;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The CRLs of the authorities that issue: that for sites goes to charon, that for teleworkers to
 * gateways, and all of them to whoever asks by HTTP. Numbers come from the database and only grow,
 * also when a CRL is made by two processes at once.
 */
@Singleton
public class RevocationLists {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationLists.class);

    /** Concentrators and gateways work on for this long without us. */
    private static final Duration RELIABLE_FOR = Duration.ofDays(7);

    private static final Duration RENEWED_AFTER = Duration.ofDays(1);

    // The VICI protocol writes the length of a value in 16 bits.
    private static final int VICI_VALUE_OCTETS = 65_535;

    private final IssuingAuthorities issuing;
    private final AuthorityRepository authorities;
    private final CertificateRepository certificates;
    private final RevocationListRepository lists;
    private final List<RevocationListObserver> observers;
    private final Clock clock;

    RevocationLists(
            IssuingAuthorities issuing,
            AuthorityRepository authorities,
            CertificateRepository certificates,
            RevocationListRepository lists,
            List<RevocationListObserver> observers,
            Clock clock) {
        this.issuing = issuing;
        this.authorities = authorities;
        this.certificates = certificates;
        this.lists = lists;
        this.observers = List.copyOf(observers);
        this.clock = clock;
    }

    /** The newest CRL of the authority that issues for this purpose. Blocks on the database. */
    @Transactional(readOnly = true)
    public RevocationList newest(AuthorityProfile purpose) {
        return newest(Custody.commonName(issuing.current(purpose)));
    }

    /**
     * A CRL that a peer needs.
     *
     * @param authority what peers call the authority
     */
    public record Needed(String authority, RevocationList list) {}

    /** The newest CRL of each authority that is accepted for this purpose. Blocks. */
    @Transactional(readOnly = true)
    public List<Needed> accepted(AuthorityProfile purpose) {
        return issuing.accepted(purpose).stream()
                .map(each -> new Needed(each.row().folder(), newest(each.row().name())))
                .toList();
    }

    /** The newest CRL of the authority with this common name. */
    RevocationList newest(String authority) {
        return lists.findNewest(authority)
                .orElseThrow(() -> new IllegalStateException("no CRL was ever issued"));
    }

    /** The newest CRL of the authority with this label, if there is one. Blocks. */
    @Transactional(readOnly = true)
    public Optional<RevocationList> published(String label) {
        return issuing.labelled(label)
                .flatMap(authority -> lists.findNewest(Custody.commonName(authority)));
    }

    /** Issues each CRL of which there is none, or of which the newest gets old. Blocks. */
    @Transactional
    @Scheduled(fixedDelay = "15m", initialDelay = "15m")
    public void renew() {
        Instant now = clock.instant();
        for (Generation each : issuing.all()) {
            String name = each.row().name();
            boolean fresh =
                    lists.findNewest(name)
                            .filter(newest -> newest.thisUpdate().plus(RENEWED_AFTER).isAfter(now))
                            .isPresent();
            // Whoever still has a certificate of a withdrawn one may be asked for the list.
            if (!fresh && (each.isAccepted() || certificates.hasUnexpired(name, now))) {
                issue(each.authority());
            }
        }
    }

    /** A certificate of this authority was revoked. Within the caller's transaction. */
    void revoked(String authority) {
        issue(issuing.named(authority));
    }

    /** Issues one more. Within the caller's transaction. */
    void issue(CertificateAuthority authority) {
        String name = Custody.commonName(authority);
        if (authorities.nextCrlNumber(name) != 1) {
            throw new IllegalStateException("authority %s has no row".formatted(name));
        }
        long number = authorities.findById(name).orElseThrow().crlNumber();
        Instant now = clock.instant();
        List<RevokedCertificate> entries =
                certificates.findRevoked(name, now).stream().map(RevocationLists::entry).toList();
        // As certificates are: a reader whose clock is slow, or ours fast, takes it at once.
        var content =
                new CrlContent(
                        CrlNumber.of(number),
                        now.minus(authority.profile().backdating()),
                        now.plus(RELIABLE_FOR),
                        entries);
        X509CRL list = authority.sign(content);
        if (authority.profile().equals(AuthorityProfile.SITES)) {
            tellSize(number, list);
        }
        lists.save(
                new RevocationList(
                        UUID.randomUUID(),
                        name,
                        number,
                        content.thisUpdate(),
                        content.nextUpdate(),
                        Pem.encode(list)));
        lists.deleteOutdated(name, now);
        observers.forEach(observer -> observer.issued(authority.profile()));
    }

    private static void tellSize(long number, X509CRL list) {
        int octets = encoded(list).length;
        if (octets > VICI_VALUE_OCTETS) {
            LOG.error(
                    "CRL {} has {} octets, VICI carries {}: charon goes on with the one before;"
                            + " who was revoked since then is kept out by having no connection."
                            + " Roll the authority over",
                    number,
                    octets,
                    VICI_VALUE_OCTETS);
        } else if (octets > VICI_VALUE_OCTETS / 2) {
            LOG.warn(
                    "CRL {} has {} of {} octets that VICI carries",
                    number,
                    octets,
                    VICI_VALUE_OCTETS);
        }
    }

    private static byte[] encoded(X509CRL list) {
        try {
            return list.getEncoded();
        } catch (CRLException e) {
            throw new IllegalStateException("the CRL just signed has no encoding", e);
        }
    }

    static RevokedCertificate entry(Certificate certificate) {
        return new RevokedCertificate(
                new BigInteger(certificate.serialNumber(), 16),
                certificate.revokedAt(),
                CRLReason.valueOf(certificate.revocationReason()));
    }
}
