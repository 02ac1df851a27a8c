package io.sallyport.gateway.cstp;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a client asks for with {@code CONNECT /CSCOSSLC/tunnel}.
 *
 * @param hostname as the client calls itself, 1 to 64 letters, digits, dots, hyphens, underscores
 * @param userAgent printable ASCII, cut to 256
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
        boolean pskNegotiate) {}
