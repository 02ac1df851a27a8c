package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.EndEntityProfile;

import jakarta.inject.Singleton;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which authority issues now, and which others are accepted. The tables say it, at every question:
 * a state that changes in a transaction counts from its commit on. Every method blocks on the
 * database.
 */
@Singleton
class IssuingAuthorities {
    /** Every purpose but the root's. */
    static final List<AuthorityProfile> PURPOSES =
            List.of(
                    AuthorityProfile.SITES,
                    AuthorityProfile.INTERNAL,
                    AuthorityProfile.GATEWAYS,
                    AuthorityProfile.TELEWORKERS);

    private final AuthorityKeys keys;
    private final AuthorityRepository rows;

    IssuingAuthorities(AuthorityKeys keys, AuthorityRepository rows) {
        this.keys = keys;
        this.rows = rows;
    }

    /** An authority, and where it is in its life. */
    record Generation(AuthorityRow row, CertificateAuthority authority) {
        /** Whether peers are to trust it. */
        boolean isAccepted() {
            return !row.withdrawn();
        }
    }

    /**
     * The one that issues by this profile.
     *
     * @throws IllegalArgumentException if none does
     */
    CertificateAuthority issuerOf(EndEntityProfile profile) {
        return PURPOSES.stream()
                .filter(each -> each.endEntityProfiles().contains(profile.name()))
                .findFirst()
                .map(this::current)
                .orElseThrow(
                        () -> new IllegalArgumentException("no authority for " + profile.name()));
    }

    /** The one that issues for this purpose. */
    CertificateAuthority current(AuthorityProfile purpose) {
        return rows.findByPurposeAndState(purpose.name(), AuthorityState.CURRENT)
                .map(row -> named(row.name()))
                .orElseThrow(() -> new IllegalStateException("no authority for " + purpose.name()));
    }

    /** Those that peers are to trust: the present one first, then the next, then retired ones. */
    List<Generation> accepted(AuthorityProfile purpose) {
        return of(purpose).filter(Generation::isAccepted).toList();
    }

    /** All that there ever were. */
    List<Generation> all() {
        return PURPOSES.stream().flatMap(this::of).toList();
    }

    private Stream<Generation> of(AuthorityProfile purpose) {
        return rows.findOfPurpose(purpose.name()).stream()
                .map(row -> new Generation(row, named(row.name())));
    }

    /** The one with this common name, of whatever state. */
    CertificateAuthority named(String name) {
        return keys.named(name)
                .orElseThrow(() -> new IllegalStateException("no key of authority " + name));
    }

    /** The one with this label, of whatever state. Does not block. */
    Optional<CertificateAuthority> labelled(String label) {
        return keys.labelled(label);
    }
}
