package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.http.HeaderValue;
import io.sallyport.gateway.http.Response;
import io.sallyport.gateway.login.Groups;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

class ConnectReplyTest {
    private static final ConnectRequest REQUEST =
            new ConnectRequest(
                    Optional.of("laptop"),
                    Optional.empty(),
                    OptionalInt.of(1_500),
                    OptionalInt.of(1_390),
                    true,
                    true,
                    true);

    // The whole reply is in the recorded exchange "tunnel".

    @Test
    void aTunnelForEverythingHasNoRoutes() throws IOException {
        assertThat(reply(List.of()))
                .contains("X-CSTP-Tunnel-All-DNS: false", "X-CSTP-Address-IP6: ")
                .doesNotContain("Split-Include");
    }

    @Test
    void anAddressThatNoRouteLeadsToIsNotGiven() throws IOException {
        assertThat(reply(List.of(IpNetwork.parse("10.0.0.0/8"))))
                .contains("X-CSTP-Address: 10.74.1.106", "Split-Include: 10.0.0.0/255.0.0.0")
                .doesNotContain("IP6");
    }

    @Test
    void theTimeThatIsLeftIsSaidLast() throws IOException {
        // The group has no limit, but the session's certificate may end, or the provisioner's.
        assertThat(reply(List.of()).lines().filter(line -> line.contains("Session-Timeout")))
                .containsExactly(
                        "X-CSTP-Session-Timeout: 28800", "X-CSTP-Session-Timeout-Remaining: 7200");
    }

    @Test
    void masksOfAnyLength() throws IOException {
        assertThat(
                        reply(
                                List.of(
                                        IpNetwork.parse("0.0.0.0/0"),
                                        IpNetwork.parse("10.1.1.1/32"),
                                        IpNetwork.parse("10.1.1.128/25"))))
                .contains(
                        "X-CSTP-Split-Include: 0.0.0.0/0.0.0.0",
                        "X-CSTP-Split-Include: 10.1.1.1/255.255.255.255",
                        "X-CSTP-Split-Include: 10.1.1.128/255.255.255.128");
    }

    @Test
    void networksOfBothFamiliesAreExcluded() throws IOException {
        assertThat(
                        reply(
                                List.of(),
                                List.of(
                                        IpNetwork.parse("10.73.0.0/16"),
                                        IpNetwork.parse("fd73:1::/32"))))
                .contains(
                        "\r\nX-CSTP-Split-Exclude: 10.73.0.0/255.255.0.0\r\n",
                        "\r\nX-CSTP-Split-Exclude-IP6: fd73:1:");
    }

    @Test
    void sendsHundredsOfRoutesInSeveralRecords() throws IOException {
        List<IpNetwork> routes =
                java.util.stream.IntStream.range(0, 256)
                        .mapToObj(i -> IpNetwork.parse("fd00:0:0:%x::/64".formatted(i)))
                        .toList();

        assertThat(reply(routes).lines().filter(line -> line.contains("Split-Include-IP6")))
                .hasSize(256);
    }

    @Test
    void aRefusalSaysWhyInOneLine() throws IOException {
        assertThat(text(ConnectReply.unavailable("Full.\r\nX-CSTP-Address: 10.0.0.1")))
                .hasLineCount(4)
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\r\nX-Reason: Full.??X-CSTP-Address: 10.0.0.1\r\n");
        assertThat(text(ConnectReply.noSession()))
                .startsWith("HTTP/1.1 401 Cookie is not acceptable\r\n");
    }

    @Property
    void noTextEndsAHeaderField(@ForAll String text) {
        assertThat(HeaderValue.shown(text).text()).matches("[ -~]*");
        if (!text.matches("[ -~]*")) {
            assertThatThrownBy(() -> new HeaderValue(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String reply(List<IpNetwork> includeRoutes) throws IOException {
        return reply(includeRoutes, List.of());
    }

    private static String reply(List<IpNetwork> includeRoutes, List<IpNetwork> excludeRoutes)
            throws IOException {
        GroupPolicy group = Groups.of("staff", "Staff", Set.of(Factor.PASSWORD));
        GroupPolicy policy =
                new GroupPolicy(
                        group.name(),
                        group.label(),
                        group.factors(),
                        includeRoutes,
                        excludeRoutes,
                        group.dnsServers(),
                        group.splitDns(),
                        group.defaultDomain(),
                        group.banner(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        0,
                        0,
                        0);
        return text(
                ConnectReply.granted(
                        REQUEST,
                        new TunnelOffer(
                                Optional.of(
                                        new TunnelOffer.Assigned(
                                                IpAddress.parse("10.74.1.106"), 22)),
                                Optional.of(
                                        new TunnelOffer.Assigned(IpAddress.parse("fd74::106"), 64)),
                                policy,
                                1_434,
                                Duration.ofHours(8),
                                Duration.ofMillis(7_200_999),
                                Duration.ZERO,
                                Optional.empty())));
    }

    private static String text(Response response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.send(out);
        return out.toString(StandardCharsets.US_ASCII);
    }
}
