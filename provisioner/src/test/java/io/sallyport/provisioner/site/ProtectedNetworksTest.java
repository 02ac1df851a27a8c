package io.sallyport.provisioner.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.IpNetwork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.IntStream;

class ProtectedNetworksTest {
    private static final String FIELD = "protectedNetworks";
    private static final IpNetwork POOL = IpNetwork.parse("100.64.0.0/16");

    private final FieldErrors errors = new FieldErrors();

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/site/refused-networks.csv")
    void refusesWhatNoSiteCanProtect(String networks, String field, String reason) {
        ProtectedNetworks.parse(FIELD, List.of(networks.split(" ", -1)), POOL, errors);

        assertThat(problem().errors())
                .singleElement()
                .satisfies(
                        error -> {
                            assertThat(error.field()).isEqualTo(field);
                            assertThat(error.reason()).contains(reason);
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/8",
                "192.168.1.0/24",
                "192.0.2.0/24",
                "100.65.0.0/16",
                "10.1.1.1/32",
                "2001:db8::/32",
                "fd12:3456::/48"
            })
    void acceptsWhatSitesHave(String network) {
        assertThat(ProtectedNetworks.parse(FIELD, List.of(network), POOL, errors).networks())
                .containsExactly(IpNetwork.parse(network));
        assertThatCode(errors::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void refusesMoreNetworksThanATunnelCarries() {
        List<String> networks =
                IntStream.rangeClosed(0, ProtectedNetworks.AT_MOST)
                        .mapToObj("10.1.%d.0/24"::formatted)
                        .toList();

        ProtectedNetworks.parse(FIELD, networks, POOL, errors);

        assertThat(problem().errors()).extracting("field").containsExactly(FIELD);
    }

    @Test
    void refusesAnEmptyList() {
        ProtectedNetworks.parse(FIELD, List.of(), POOL, errors);

        assertThat(problem().errors()).extracting("field").containsExactly(FIELD);
    }

    @Test
    void saysEverythingThatIsWrong() {
        ProtectedNetworks.parse(FIELD, List.of("10.1.1.0/24", "lyon", "127.0.0.0/8"), POOL, errors);

        assertThat(problem().errors())
                .extracting("field")
                .containsExactly("protectedNetworks[1]", "protectedNetworks[2]");
    }

    private ProblemException problem() {
        return catchThrowableOfType(ProblemException.class, errors::throwIfAny);
    }
}
