package io.sallyport.pki.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.util.List;
import java.util.stream.Stream;

class NamespaceTest {

    private static final Namespace NAMESPACE = new Namespace(new Identity.Dns("vpn.example.net"));

    @ParameterizedTest
    @CsvFileSource(resources = "/profile/namespace.csv")
    void eachAuthorityCertifiesTheNamesOfItsPurpose(
            String authority, Identity.Kind kind, String name, boolean allowed) {
        Identity identity =
                switch (kind) {
                    case DNS -> Identity.dns(name);
                    case IP -> Identity.ip(name);
                    case URI -> Identity.uri(name);
                    case USER -> Identity.user(name);
                };
        AuthorityProfile profile =
                Stream.of(
                                AuthorityProfile.ROOT,
                                AuthorityProfile.SITES,
                                AuthorityProfile.INTERNAL,
                                AuthorityProfile.GATEWAYS,
                                AuthorityProfile.TELEWORKERS)
                        .filter(each -> each.name().equals(authority))
                        .findFirst()
                        .orElseThrow();

        assertThat(NAMESPACE.constraints(profile).forbidden(List.of(identity)).isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void anAuthorityOfUnknownPurposeHasNoNames() {
        AuthorityProfile sites = AuthorityProfile.SITES;
        AuthorityProfile other =
                new AuthorityProfile(
                        "other",
                        sites.commonName(),
                        sites.lifetime(),
                        sites.backdating(),
                        0,
                        false,
                        sites.endEntityProfiles());
        assertThatThrownBy(() -> NAMESPACE.constraints(other))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
