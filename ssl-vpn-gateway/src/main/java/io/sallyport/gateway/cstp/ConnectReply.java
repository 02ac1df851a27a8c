package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.HeaderValue;
import io.sallyport.gateway.http.Response;
import io.sallyport.gateway.http.ResponseHeader;
import io.sallyport.gateway.http.Status;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * The reply to CONNECT, as openconnect 9.01 reads it (cstp.c). A field that says nothing is left
 * out.
 */
final class ConnectReply {
    private static final String NONE = "none";
    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final Predicate<IpNetwork> IPV4 = network -> network.address().isIpv4();

    private final Response response = new Response(Status.CONNECTED);
    private final TunnelOffer offer;
    private final GroupPolicy policy;

    private ConnectReply(TunnelOffer offer) {
        this.offer = offer;
        this.policy = offer.policy();
    }

    static Response granted(ConnectRequest request, TunnelOffer offer) {
        return new ConnectReply(offer).response(request);
    }

    static Response noSession() {
        return new Response(Status.COOKIE_NOT_ACCEPTABLE).with(ResponseHeader.CONNECTION, "close");
    }

    static Response unavailable(String reason) {
        return new Response(Status.SERVICE_UNAVAILABLE)
                .with(ResponseHeader.X_REASON, HeaderValue.shown(reason))
                .with(ResponseHeader.CONNECTION, "close");
    }

    private Response response(ConnectRequest request) {
        response.with(ResponseHeader.X_CSTP_VERSION, 1);
        request.hostname().ifPresent(name -> response.with(ResponseHeader.X_CSTP_HOSTNAME, name));
        addresses();
        routes();
        names();
        policy.banner()
                .ifPresent(
                        banner -> response.with(ResponseHeader.X_CSTP_BANNER, urlEncoded(banner)));
        timers();
        // The draft says "always the same"; Cisco's clients want to see them.
        response.with(ResponseHeader.X_CSTP_SMARTCARD_REMOVAL_DISCONNECT, "true")
                .with(ResponseHeader.X_CSTP_KEEP, "true")
                .with(ResponseHeader.X_CSTP_TCP_KEEPALIVE, "true")
                .with(ResponseHeader.X_CSTP_LICENSE, "accept");
        offer.dtls().ifPresent(this::dtls);
        return response.with(ResponseHeader.X_CSTP_MTU, offer.mtu());
    }

    private void addresses() {
        offer.ipv4()
                .ifPresent(
                        assigned -> {
                            response.with(
                                    ResponseHeader.X_CSTP_ADDRESS, assigned.address().toString());
                            response.with(
                                    ResponseHeader.X_CSTP_NETMASK, mask(assigned.prefixLength()));
                        });
        // Clients route all of IPv6 into a tunnel that has an address and no route for it.
        boolean routed =
                policy.includeRoutes().isEmpty()
                        || policy.includeRoutes().stream().anyMatch(IPV4.negate());
        offer.ipv6()
                .filter(_ -> routed || offer.ipv4().isEmpty())
                .ifPresent(
                        assigned ->
                                response.with(
                                        ResponseHeader.X_CSTP_ADDRESS_IP6,
                                        assigned.address() + "/" + assigned.prefixLength()));
    }

    private void routes() {
        networks(
                policy.includeRoutes(),
                ResponseHeader.X_CSTP_SPLIT_INCLUDE,
                ResponseHeader.X_CSTP_SPLIT_INCLUDE_IP6);
        networks(
                policy.excludeRoutes(),
                ResponseHeader.X_CSTP_SPLIT_EXCLUDE,
                ResponseHeader.X_CSTP_SPLIT_EXCLUDE_IP6);
        response.with(ResponseHeader.X_CSTP_CLIENT_BYPASS_PROTOCOL, "false");
    }

    private void networks(List<IpNetwork> networks, ResponseHeader ipv4, ResponseHeader ipv6) {
        for (IpNetwork network : networks) {
            if (network.address().isIpv4()) {
                response.with(ipv4, network.address() + "/" + mask(network.prefixLength()));
            } else {
                response.with(ipv6, network.toString());
            }
        }
    }

    private void names() {
        for (IpAddress server : policy.dnsServers()) {
            response.with(ResponseHeader.X_CSTP_DNS, server.toString());
        }
        policy.defaultDomain()
                .ifPresent(
                        domain ->
                                response.with(
                                        ResponseHeader.X_CSTP_DEFAULT_DOMAIN, domain.value()));
        policy.splitDns()
                .forEach(domain -> response.with(ResponseHeader.X_CSTP_SPLIT_DNS, domain.value()));
        boolean all = policy.includeRoutes().isEmpty() && policy.splitDns().isEmpty();
        response.with(ResponseHeader.X_CSTP_TUNNEL_ALL_DNS, Boolean.toString(all));
    }

    private void timers() {
        seconds(ResponseHeader.X_CSTP_DPD, policy.dpdSeconds());
        seconds(ResponseHeader.X_CSTP_KEEPALIVE, policy.keepaliveSeconds());
        response.with(ResponseHeader.X_CSTP_IDLE_TIMEOUT, orNone(policy.idleTimeoutSeconds()));
        // Each session has an end, be it that of the certificate. openconnect believes the last of
        // the two that is a number other than 0 (cstp.c, auth_expiration), so this is the order.
        response.with(ResponseHeader.X_CSTP_SESSION_TIMEOUT, atLeastOne(offer.length()));
        response.with(
                ResponseHeader.X_CSTP_SESSION_TIMEOUT_REMAINING, atLeastOne(offer.remaining()));
        response.with(
                ResponseHeader.X_CSTP_DISCONNECTED_TIMEOUT,
                orNone(offer.disconnectedTimeout().toSeconds()));
        // Renegotiation is not served, so a new key means a new connection.
        seconds(ResponseHeader.X_CSTP_REKEY_TIME, policy.rekeySeconds());
        response.with(
                ResponseHeader.X_CSTP_REKEY_METHOD,
                policy.rekeySeconds() > 0 ? "new-tunnel" : NONE);
    }

    // The key of DTLS is new with each tunnel, so there are no rekey fields of its own.
    private void dtls(TunnelOffer.DtlsOffer dtls) {
        seconds(ResponseHeader.X_DTLS_DPD, policy.dpdSeconds());
        seconds(ResponseHeader.X_DTLS_KEEPALIVE, policy.keepaliveSeconds());
        response.with(ResponseHeader.X_DTLS_PORT, dtls.port())
                .with(
                        ResponseHeader.X_DTLS_APP_ID,
                        HexFormat.of().formatHex(dtls.appId().toArray()))
                .with(ResponseHeader.X_DTLS_CIPHERSUITE, DtlsSuite.PSK_NEGOTIATE);
    }

    private void seconds(ResponseHeader header, int seconds) {
        if (seconds > 0) {
            response.with(header, seconds);
        }
    }

    private static long atLeastOne(Duration time) {
        return Math.max(1, time.toSeconds());
    }

    private static String orNone(long seconds) {
        return seconds > 0 ? Long.toString(seconds) : NONE;
    }

    private static String mask(int prefixLength) {
        int mask = prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
        return "%d.%d.%d.%d"
                .formatted(mask >>> 24, mask >>> 16 & 0xff, mask >>> 8 & 0xff, mask & 0xff);
    }

    /** RFC 3986 section 2.1: all but the unreserved characters, in UTF-8. */
    private static String urlEncoded(String text) {
        StringBuilder out = new StringBuilder(text.length() * 2);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(octet) >= 0) {
                out.append((char) octet);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return out.toString();
    }
}
