package io.sallyport.provisioner.authority;

import io.micronaut.context.BeanProvider;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts one authority in the place of another, step by step. Each step is a change of state in the
 * tables, in the caller's transaction, and can be taken again; peers hear of it with the next
 * version of their desired state. Every method blocks on the database.
 */
@Singleton
public class AuthorityGenerations {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityGenerations.class);

    private final AuthorityKeys keys;
    private final IssuingAuthorities issuing;
    private final Roots roots;
    private final AuthorityRepository rows;
    private final CertificateRepository certificates;
    private final AuthorityRecord record;
    private final RevocationLists lists;
    private final List<RevocationListObserver> observers;
    private final BeanProvider<LocalTrust> local;
    private final Clock clock;

    AuthorityGenerations(
            AuthorityKeys keys,
            IssuingAuthorities issuing,
            Roots roots,
            AuthorityRepository rows,
            CertificateRepository certificates,
            RevocationLists lists,
            List<RevocationListObserver> observers,
            BeanProvider<LocalTrust> local,
            Clock clock) {
        this.keys = keys;
        this.issuing = issuing;
        this.roots = roots;
        this.rows = rows;
        this.certificates = certificates;
        this.record = new AuthorityRecord(certificates, clock);
        this.lists = lists;
        this.observers = List.copyOf(observers);
        this.local = local;
        this.clock = clock;
    }

    /**
     * The next authority of this purpose, with a first CRL: one that is there already, or else one
     * that is made now, if the root's key is in reach.
     */
    @Transactional
    public NextAuthority next(AuthorityProfile purpose) {
        Optional<AuthorityRow> there =
                rows.findByPurposeAndState(purpose.name(), AuthorityState.NEXT);
        if (there.isPresent()) {
            return new NextAuthority.There(there.get().name());
        }
        Roots.Generation root = roots.current();
        Optional<CertificateAuthority> made;
        try {
            made =
                    keys.hasRootKey(root.row().folder())
                            ? Optional.of(keys.makeNext(root.row().folder(), purpose, record))
                            : keys.takeNext(root.certificate(), purpose, record);
        } catch (IOException e) {
            LOG.error("no next authority for {}", purpose.name(), e);
            return new NextAuthority.Failed(String.valueOf(e.getMessage()));
        }
        return made.<NextAuthority>map(it -> new NextAuthority.There(begin(purpose, it)))
                .orElseGet(
                        () ->
                                new NextAuthority.Awaited(
                                        "the root's key is not here: sign the request of %s in a key ceremony, and import what comes of it"
                                                .formatted(purpose.name())));
    }

    private String begin(AuthorityProfile purpose, CertificateAuthority made) {
        String name = Custody.commonName(made);
        rows.save(
                new AuthorityRow(
                        name, purpose.name(), 0, made.label(), AuthorityState.NEXT, null, false));
        lists.issue(made);
        LOG.info("authority \"{}\" is there; it issues nothing yet", name);
        return name;
    }

    /**
     * From now on the next one issues; the present one is retired, and accepted until that is
     * decided otherwise.
     *
     * @return common name of the one that is retired
     */
    @Transactional
    public String promote(String next) {
        AuthorityRow row = rows.findById(next).orElseThrow();
        AuthorityRow former = current(row.purpose());
        rows.become(former.name(), AuthorityState.RETIRED);
        rows.become(next, AuthorityState.CURRENT);
        tell(row.purpose());
        forgetCeremony(issuing.named(next).profile());
        LOG.info("\"{}\" issues in the place of \"{}\"", next, former.name());
        return former.name();
    }

    /**
     * Takes {@link #promote} back. What the next one issued meanwhile stays good: it is accepted as
     * before, and another roll-over can go on with it.
     */
    @Transactional
    public void demote(String next, String former) {
        AuthorityRow row = rows.findById(next).orElseThrow();
        if (row.state() == AuthorityState.CURRENT) {
            rows.become(next, AuthorityState.NEXT);
            rows.become(former, AuthorityState.CURRENT);
            tell(row.purpose());
            LOG.info("\"{}\" issues again, \"{}\" does not", former, next);
        }
    }

    /**
     * Decides until when a retired one is accepted: to the end of the last certificate that it
     * issued, or for this long, whichever comes first.
     *
     * @return until when
     */
    @Transactional
    public Instant retire(String former, @Nullable Duration acceptedFor) {
        Instant now = clock.instant();
        Instant last = certificates.findLastEnd(former).orElse(now);
        Instant until =
                acceptedFor == null || last.isBefore(now.plus(acceptedFor))
                        ? last
                        : now.plus(acceptedFor);
        rows.acceptUntil(former, until);
        return until;
    }

    /** Tells peers of retired authorities whose time is over. */
    @Transactional
    @Scheduled(fixedDelay = "10s", initialDelay = "10s")
    public void withdraw() {
        for (AuthorityRow row : rows.findOutdated(clock.instant())) {
            if (!row.purpose().equals(AuthorityProfile.ROOT.name())) {
                rows.withdraw(row.name());
                tell(row.purpose());
                LOG.info("\"{}\" is not accepted any more", row.name());
            }
        }
    }

    /** SHA-256 of what a peer has to have of an authority: its certificate and its newest CRL. */
    @Transactional(readOnly = true)
    public Set<String> fingerprints(String name) {
        try {
            return Set.of(
                    sha256(issuing.named(name).certificate()),
                    sha256(Pem.decode(Pem.X509_CRL, lists.newest(name).pem()).getFirst()));
        } catch (MalformedPemException e) {
            throw new IllegalStateException("the CRL of %s is damaged".formatted(name), e);
        }
    }

    private void forgetCeremony(AuthorityProfile purpose) {
        try {
            keys.forgetNext(purpose);
        } catch (IOException e) {
            LOG.warn("a request of {} is left over: {}", purpose.name(), e.getMessage());
        }
    }

    /** Whether this process itself accepts all that is to be accepted now. */
    @Transactional(readOnly = true)
    public boolean isAcceptedHere() {
        return local.stream().allMatch(LocalTrust::isUpToDate);
    }

    private AuthorityRow current(String purpose) {
        return rows.findByPurposeAndState(purpose, AuthorityState.CURRENT).orElseThrow();
    }

    private void tell(String purpose) {
        IssuingAuthorities.PURPOSES.stream()
                .filter(each -> each.name().equals(purpose))
                .forEach(each -> observers.forEach(observer -> observer.issued(each)));
    }

    /** As a peer says it of what it trusts. */
    static String sha256(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
