package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.StatusAddresses;
import io.sallyport.provisioner.authority.IssuingAuthorities.Generation;
import io.sallyport.provisioner.configuration.Configuration;

import jakarta.inject.Singleton;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The authorities, for people to look at. Blocks on the database. */
@Singleton
public class KnownAuthorities {
    private final Roots roots;
    private final IssuingAuthorities authorities;
    private final Configuration configuration;

    KnownAuthorities(Roots roots, IssuingAuthorities authorities, Configuration configuration) {
        this.roots = roots;
        this.authorities = authorities;
        this.configuration = configuration;
    }

    /**
     * An authority.
     *
     * @param purpose name of its profile
     * @param name its common name
     * @param acceptedUntil until when a retired one is accepted, as far as that is decided
     * @param crl where its CRL is published, if it is
     * @param ocsp where its responder is, if it is published
     */
    public record Known(
            String purpose,
            String name,
            X509Certificate certificate,
            AuthorityState state,
            Optional<Instant> acceptedUntil,
            Optional<URI> crl,
            Optional<URI> ocsp) {}

    /** All that there ever were, the present root first. */
    public List<Known> all() {
        return Stream.concat(
                        roots.all().stream().map(KnownAuthorities::known),
                        authorities.all().stream().map(this::known))
                .toList();
    }

    private static Known known(Roots.Generation root) {
        return new Known(
                AuthorityProfile.ROOT.name(),
                Custody.commonName(root.certificate()),
                root.certificate(),
                root.row().state(),
                Optional.ofNullable(root.row().acceptedUntil()),
                Optional.empty(),
                Optional.empty());
    }

    private Known known(Generation generation) {
        CertificateAuthority authority = generation.authority();
        Optional<StatusAddresses> status =
                configuration
                        .revocationUrl()
                        .map(base -> StatusPaths.below(base, authority.label()));
        return new Known(
                authority.profile().name(),
                generation.row().name(),
                authority.certificate(),
                generation.row().state(),
                Optional.ofNullable(generation.row().acceptedUntil()),
                status.map(StatusAddresses::crl),
                status.map(StatusAddresses::ocsp));
    }

    /** Whether a profile is an authority's. Does not block. */
    public boolean isAuthority(String profile) {
        return profile.equals(AuthorityProfile.ROOT.name())
                || IssuingAuthorities.PURPOSES.stream()
                        .anyMatch(each -> each.name().equals(profile));
    }
}
