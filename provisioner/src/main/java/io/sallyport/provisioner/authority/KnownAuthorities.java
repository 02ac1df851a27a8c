package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.Authorities;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.StatusAddresses;
import io.sallyport.provisioner.configuration.Configuration;

import jakarta.inject.Singleton;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The authorities, for people to look at. Nothing here blocks. */
@Singleton
public class KnownAuthorities {
    private final Authorities authorities;
    private final Configuration configuration;

    KnownAuthorities(Authorities authorities, Configuration configuration) {
        this.authorities = authorities;
        this.configuration = configuration;
    }

    /** Where an authority is in its life. */
    public enum State {
        /** Trusted everywhere before it issues. */
        NEXT,
        /** Issues. */
        CURRENT,
        /** Issues no more; what it issued is still accepted. */
        RETIRED
    }

    /**
     * An authority.
     *
     * @param purpose name of its profile
     * @param name its common name
     * @param crl where its CRL is published, if it is
     * @param ocsp where its responder is, if it is published
     */
    public record Known(
            String purpose,
            String name,
            X509Certificate certificate,
            State state,
            Optional<URI> crl,
            Optional<URI> ocsp) {}

    /** All of them, the root first. */
    public List<Known> all() {
        Known root =
                new Known(
                        AuthorityProfile.ROOT.name(),
                        Custody.commonName(authorities.root()),
                        authorities.root(),
                        State.CURRENT,
                        Optional.empty(),
                        Optional.empty());
        return Stream.concat(
                        Stream.of(root),
                        authorities.issuing().stream()
                                .map(
                                        each -> {
                                            Optional<StatusAddresses> status =
                                                    configuration
                                                            .revocationUrl()
                                                            .map(
                                                                    base ->
                                                                            StatusPaths.below(
                                                                                    base,
                                                                                    each.label()));
                                            return new Known(
                                                    each.profile().name(),
                                                    Custody.commonName(each),
                                                    each.certificate(),
                                                    State.CURRENT,
                                                    status.map(StatusAddresses::crl),
                                                    status.map(StatusAddresses::ocsp));
                                        }))
                .toList();
    }

    /** Whether a profile is an authority's. */
    public boolean isAuthority(String profile) {
        return all().stream().anyMatch(each -> each.purpose().equals(profile));
    }
}
