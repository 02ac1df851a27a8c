package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.provisioner.authority.IssuingAuthorities.Generation;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Puts one root in the place of another, as {@link AuthorityGenerations} does with authorities. The
 * roots have the same name, so in the tables each is called as its folder. Every method blocks on
 * the database.
 */
@Singleton
public class RootGenerations {
    private static final Logger LOG = LoggerFactory.getLogger(RootGenerations.class);
    private static final String PURPOSE = AuthorityProfile.ROOT.name();

    /** No certificate that the former root is needed for lives longer. */
    private static final Duration ACCEPTED = EndEntityProfile.TELEWORKER.lifetime();

    private final AuthorityKeys keys;
    private final Roots roots;
    private final IssuingAuthorities issuing;
    private final AuthorityRepository rows;
    private final AuthorityRecord record;
    private final List<RevocationListObserver> observers;
    private final Clock clock;

    RootGenerations(
            AuthorityKeys keys,
            Roots roots,
            IssuingAuthorities issuing,
            AuthorityRepository rows,
            CertificateRepository certificates,
            List<RevocationListObserver> observers,
            Clock clock) {
        this.keys = keys;
        this.roots = roots;
        this.issuing = issuing;
        this.rows = rows;
        this.record = new AuthorityRecord(certificates, clock);
        this.observers = List.copyOf(observers);
        this.clock = clock;
    }

    /** Purposes that have a next authority, whose root is the present one for good. */
    @Transactional(readOnly = true)
    public List<String> purposesUnderWay() {
        return issuing.all().stream()
                .map(Generation::row)
                .filter(row -> row.state() == AuthorityState.NEXT)
                .map(AuthorityRow::purpose)
                .toList();
    }

    /**
     * The next root: one that is there already, or else one that is made now, if the present root's
     * key is in reach. From the commit on everybody is told to trust it.
     */
    @Transactional
    public NextAuthority next() {
        Optional<AuthorityRow> there = rows.findByPurposeAndState(PURPOSE, AuthorityState.NEXT);
        if (there.isPresent()) {
            return new NextAuthority.There(there.get().name());
        }
        Roots.Generation present = roots.current();
        Optional<String> made;
        try {
            made =
                    keys.hasRootKey(present.row().folder())
                            ? Optional.of(keys.makeNextRoot(present.row().folder(), record))
                            : keys.takeNextRoot(present.certificate(), record);
        } catch (IOException e) {
            LOG.error("no next root", e);
            return new NextAuthority.Failed(String.valueOf(e.getMessage()));
        }
        return made.<NextAuthority>map(folder -> new NextAuthority.There(begin(folder)))
                .orElseGet(
                        () ->
                                new NextAuthority.Awaited(
                                        "the root's key is not here: make the next root in a key"
                                                + " ceremony, and import what comes of it"));
    }

    private String begin(String folder) {
        rows.save(new AuthorityRow(folder, PURPOSE, 0, folder, AuthorityState.NEXT, null, false));
        tell();
        LOG.info("root \"{}\" is there; it signs nothing yet", folder);
        return folder;
    }

    /** SHA-256 of what a peer has to have of a root: its certificate. */
    @Transactional(readOnly = true)
    public String fingerprint(String name) {
        return AuthorityGenerations.sha256(keys.root(name).certificate());
    }

    /**
     * From now on the next one signs authorities; the present one is retired, and trusted until
     * that is decided otherwise.
     *
     * @return name of the one that is retired
     */
    @Transactional
    public String promote(String next) {
        String former = roots.current().row().name();
        rows.become(former, AuthorityState.RETIRED);
        rows.become(next, AuthorityState.CURRENT);
        tell();
        try {
            keys.forgetNextRoot();
        } catch (IOException e) {
            LOG.warn("what a ceremony signed is left over: {}", e.getMessage());
        }
        LOG.info("root \"{}\" signs in the place of \"{}\"", next, former);
        return former;
    }

    /** Takes {@link #promote} back. The next one goes on being trusted, and can be used later. */
    @Transactional
    public void demote(String next, String former) {
        if (rows.findById(next).orElseThrow().state() == AuthorityState.CURRENT) {
            rows.become(next, AuthorityState.NEXT);
            rows.become(former, AuthorityState.CURRENT);
            tell();
            LOG.info("root \"{}\" signs again, \"{}\" does not", former, next);
        }
    }

    /**
     * Decides until when a retired one is trusted, and vouches for the one after it: for this long,
     * or for as long as any certificate lives; but never less than an authority below it is
     * accepted, and never beyond its own end.
     *
     * @return until when, if no authority needs it longer
     */
    @Transactional
    public Instant retire(String former, @Nullable Duration acceptedFor) {
        Instant end = keys.root(former).certificate().getNotAfter().toInstant();
        Instant wanted = clock.instant().plus(acceptedFor == null ? ACCEPTED : acceptedFor);
        Instant until = wanted.isBefore(end) ? wanted : end;
        rows.acceptUntil(former, until);
        return until;
    }

    /** Tells peers of retired roots whose time is over, and that no authority needs any more. */
    @Transactional
    @Scheduled(fixedDelay = "1m", initialDelay = "1m")
    public void withdraw() {
        for (AuthorityRow row : rows.findOutdated(clock.instant())) {
            if (row.purpose().equals(PURPOSE) && !isNeeded(row)) {
                rows.withdraw(row.name());
                tell();
                LOG.info("root \"{}\" is not trusted any more", row.name());
            }
        }
    }

    private boolean isNeeded(AuthorityRow root) {
        return issuing.all().stream()
                .filter(Generation::isAccepted)
                .anyMatch(each -> keys.root(root.folder()).signed(each.authority().certificate()));
    }

    /** Roots are in every peer's desired state. */
    private void tell() {
        roots.publish();
        IssuingAuthorities.PURPOSES.forEach(
                each -> observers.forEach(observer -> observer.issued(each)));
    }
}
