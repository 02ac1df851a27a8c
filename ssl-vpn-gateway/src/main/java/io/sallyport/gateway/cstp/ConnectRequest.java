package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.http.Request;
import io.sallyport.gateway.http.RequestHeader;
import io.sallyport.gateway.http.RequestRejected;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What a client asks for with {@code CONNECT /CSCOSSLC/tunnel}. What else it offers (compression,
 * the legacy DTLS) is not looked at; which addresses it had before, the session knows.
 *
 * @param hostname as the client calls itself, 1 to 64 letters, digits, dots, hyphens, underscores
 * @param userAgent printable ASCII, at most 256
 * @param baseMtu octets of a packet on the path to the client, IP header included
 * @param mtu octets of a packet in the tunnel that the client wants at most
 * @param ipv4 whether the client can use an IPv4 address
 * @param ipv6 whether the client can use an IPv6 address
 * @param pskNegotiate whether the client does DTLS with a key from this TLS connection
 */
public record ConnectRequest(
        Optional<String> hostname,
        Optional<String> userAgent,
        OptionalInt baseMtu,
        OptionalInt mtu,
        boolean ipv4,
        boolean ipv6,
        boolean pskNegotiate) {

    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final String COOKIE = "webvpn";

    /**
     * @throws RequestRejected if a header field is not what it should be
     */
    static ConnectRequest parse(Request.Connect request) throws RequestRejected {
        // Without the field it is a client from before IPv6.
        List<String> families =
                list(request.header(RequestHeader.X_CSTP_ADDRESS_TYPE).orElse("IPv4"), ",");
        return new ConnectRequest(
                request.header(RequestHeader.X_CSTP_HOSTNAME)
                        .filter(name -> HOSTNAME.matcher(name).matches()),
                request.header(RequestHeader.USER_AGENT).filter(agent -> !agent.isEmpty()),
                number(request, RequestHeader.X_CSTP_BASE_MTU),
                number(request, RequestHeader.X_CSTP_MTU),
                families.contains("IPv4"),
                families.contains("IPv6"),
                list(request.header(RequestHeader.X_DTLS_CIPHERSUITE).orElse(""), ":")
                        .contains(DtlsSuite.PSK_NEGOTIATE));
    }

    /**
     * The session's cookie, if there is one that can be.
     *
     * @throws RequestRejected if there are two
     */
    static Optional<SessionCookie> cookie(Request.Connect request) throws RequestRejected {
        List<String> values =
                list(request.header(RequestHeader.COOKIE).orElse(""), ";").stream()
                        .filter(cookie -> cookie.startsWith(COOKIE + "="))
                        .map(cookie -> cookie.substring(COOKIE.length() + 1))
                        .toList();
        if (values.size() > 1) {
            throw malformed("expected one cookie of the session");
        }
        return values.stream().filter(SessionCookie::isSyntax).map(SessionCookie::new).findFirst();
    }

    private static List<String> list(String value, String separator) {
        return Arrays.stream(value.split(separator, -1)).map(String::strip).toList();
    }

    private static OptionalInt number(Request.Connect request, RequestHeader header)
            throws RequestRejected {
        Optional<String> value = request.header(header);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!NUMBER.matcher(value.get()).matches()) {
            throw malformed("expected a number in " + header.fieldName());
        }
        return OptionalInt.of(Integer.parseInt(value.get()));
    }

    private static RequestRejected malformed(String expected) {
        return new RequestRejected(RejectReason.MALFORMED_REQUEST, expected);
    }
}
