package io.sallyport.pki.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class IdentityTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvFileSource(resources = "/profile/identities.csv")
    void acceptsAndBringsIntoCanonicalForm(Identity.Kind kind, String text, String canonical) {
        Identity identity = of(kind, text);
        assertThat(identity.text()).isEqualTo(canonical);
        assertThat(identity.kind()).isEqualTo(kind);
        assertThat(of(kind, canonical)).isEqualTo(identity);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvFileSource(resources = "/profile/no-identities.csv", quoteCharacter = '`')
    void refuses(Identity.Kind kind, String text) {
        String unescaped = (text == null ? "" : text).translateEscapes();
        assertThatThrownBy(() -> of(kind, unescaped)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesLongerThanDnsHas() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));
        assertThat(Identity.dns(longest).text()).hasSize(253);
        assertThatThrownBy(() -> Identity.dns(longest + "a"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Identity.dns("a".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostileTextCostsLinearTimeAndComesBackHarmless() {
        assertThatThrownBy(() -> Identity.dns("a-".repeat(100) + "\u001b[2J\n"))
                .hasMessageContaining("...\"");
        assertThat(Printable.of("\u001b[2J\n\"\u202e"))
                .isEqualTo("\"\\u001b[2J\\u000a\\u0022\\u202e\"");
    }

    @Test
    void aNameStandsOnceInACertificate() {
        assertThatThrownBy(
                        () ->
                                CertificateNames.of(
                                        Identity.dns("a.example"), Identity.dns("A.example")))
                .hasMessageContaining("twice");
        assertThatThrownBy(CertificateNames::of).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 399})
    void aProfileHasASaneLifetime(long days) {
        EndEntityProfile branch = EndEntityProfile.BRANCH;
        assertThatThrownBy(
                        () ->
                                new EndEntityProfile(
                                        "x",
                                        Duration.ofDays(days),
                                        branch.backdating(),
                                        branch.extendedKeyUsages(),
                                        branch.identityKinds(),
                                        1,
                                        branch.keyAlgorithms()))
                .hasMessageContaining("lifetime");
    }

    private static Identity of(Identity.Kind kind, String text) {
        return switch (kind) {
            case DNS -> Identity.dns(text);
            case IP -> Identity.ip(text);
            case URI -> Identity.uri(text);
            case USER -> Identity.user(text);
        };
    }
}
