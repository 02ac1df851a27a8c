package io.sallyport.provisioner.authority;

import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.authority.Authorities;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.pki.revocation.RevokedCertificate;

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

    private final List<CertificateAuthority> publishing;
    private final AuthorityRepository authorities;
    private final CertificateRepository certificates;
    private final RevocationListRepository lists;
    private final List<RevocationListObserver> observers;
    private final Clock clock;

    RevocationLists(
            Authorities authorities,
            AuthorityRepository authorityRepository,
            CertificateRepository certificates,
            RevocationListRepository lists,
            List<RevocationListObserver> observers,
            Clock clock) {
        this.publishing = authorities.issuing();
        this.authorities = authorityRepository;
        this.certificates = certificates;
        this.lists = lists;
        this.observers = List.copyOf(observers);
        this.clock = clock;
    }

    /** The newest CRL of an authority. Blocks on the database. */
    @Transactional(readOnly = true)
    public RevocationList newest(AuthorityProfile profile) {
        return publishing.stream()
                .filter(each -> each.profile().equals(profile))
                .findFirst()
                .flatMap(authority -> lists.findNewest(Custody.commonName(authority)))
                .orElseThrow(() -> new IllegalStateException("no CRL was ever issued"));
    }

    /** The newest CRL of the authority with this label, if there is one. Blocks. */
    @Transactional(readOnly = true)
    public Optional<RevocationList> published(String label) {
        return publishing.stream()
                .filter(each -> each.label().equals(label))
                .findFirst()
                .flatMap(authority -> lists.findNewest(Custody.commonName(authority)));
    }

    /** Issues each CRL of which there is none, or of which the newest gets old. Blocks. */
    @Transactional
    @Scheduled(fixedDelay = "15m", initialDelay = "15m")
    public void renew() {
        Instant now = clock.instant();
        for (CertificateAuthority authority : publishing) {
            boolean fresh =
                    lists.findNewest(Custody.commonName(authority))
                            .filter(newest -> newest.thisUpdate().plus(RENEWED_AFTER).isAfter(now))
                            .isPresent();
            if (!fresh) {
                issue(authority);
            }
        }
    }

    /** A certificate of this authority was revoked. Within the caller's transaction. */
    void revoked(String authority) {
        publishing.stream()
                .filter(each -> Custody.commonName(each).equals(authority))
                .forEach(this::issue);
    }

    private void issue(CertificateAuthority authority) {
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
                    "CRL {} has {} octets, VICI carries {}: charon gets no new CRL and knows of no"
                            + " further revocation",
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
