package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.http.Request;
import io.sallyport.gateway.http.RequestHeader;
import io.sallyport.gateway.http.RequestRejected;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

class ConnectRequestTest {

    @Test
    void readsWhatOpenconnectAsksFor() throws RequestRejected {
        ConnectRequest request =
                ConnectRequest.parse(
                        new Request.Connect(
                                Map.of(
                                        RequestHeader.X_CSTP_HOSTNAME, "laptop",
                                        RequestHeader.X_CSTP_BASE_MTU, "1500",
                                        RequestHeader.X_CSTP_MTU, "1390",
                                        RequestHeader.X_CSTP_ADDRESS_TYPE, "IPv6,IPv4",
                                        RequestHeader.X_DTLS_CIPHERSUITE,
                                                "PSK-NEGOTIATE:AES256-SHA")));

        assertThat(request)
                .isEqualTo(
                        new ConnectRequest(
                                Optional.of("laptop"),
                                Optional.empty(),
                                OptionalInt.of(1_500),
                                OptionalInt.of(1_390),
                                true,
                                true,
                                true));
    }

    @Test
    void aClientThatSaysNothingHasIpv4AndNoDtls() throws RequestRejected {
        ConnectRequest request = ConnectRequest.parse(new Request.Connect(Map.of()));

        assertThat(request.ipv4()).isTrue();
        assertThat(request.ipv6()).isFalse();
        assertThat(request.pskNegotiate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webvpn=abc | abc",
                "webvpncontext=x; webvpn=abc; webvpnc=bu:/ | abc",
                "webvpn=a=b |",
                "webvpn= |",
                "webvpn=a/b |",
                "webvpn |",
                "Webvpn=abc |",
                "xwebvpn=abc |"
            })
    void findsTheCookie(String field, String value) throws RequestRejected {
        assertThat(ConnectRequest.cookie(connect(RequestHeader.COOKIE, field)))
                .isEqualTo(Optional.ofNullable(value).map(SessionCookie::new));
    }

    @Test
    void twoCookiesAreNone() {
        assertThatThrownBy(
                        () ->
                                ConnectRequest.cookie(
                                        connect(RequestHeader.COOKIE, "webvpn=a; webvpn=b")))
                .isInstanceOf(RequestRejected.class);
    }

    @Test
    void aNameThatIsNoneIsNotEchoed() throws RequestRejected {
        assertThat(
                        ConnectRequest.parse(connect(RequestHeader.X_CSTP_HOSTNAME, "a b<script>"))
                                .hostname())
                .isEmpty();
    }

    @Property
    void anyValuesAreARequestOrRejected(
            @ForAll RequestHeader header,
            @ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 64) String value) {
        Request.Connect connect = connect(header, value);
        try {
            assertThat(ConnectRequest.parse(connect).hostname().orElse("a"))
                    .matches("[A-Za-z0-9._-]+");
            assertThat(ConnectRequest.cookie(connect).map(SessionCookie::text).orElse("a"))
                    .matches("[A-Za-z0-9_-]+");
        } catch (RequestRejected e) {
            assertThat(header)
                    .isIn(
                            RequestHeader.X_CSTP_MTU,
                            RequestHeader.X_CSTP_BASE_MTU,
                            RequestHeader.COOKIE);
        }
    }

    private static Request.Connect connect(RequestHeader header, String value) {
        return new Request.Connect(Map.of(header, value));
    }
}
