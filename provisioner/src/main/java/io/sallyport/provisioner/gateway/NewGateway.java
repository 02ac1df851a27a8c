package io.sallyport.provisioner.gateway;

import io.micronaut.core.annotation.Nullable;

import java.util.List;

/**
 * A gateway to be registered.
 *
 * @param name one DNS label
 * @param customer name of the customer whose teleworkers it serves
 * @param serverNames host names and IP addresses that clients reach it by; they are in its
 *     certificate
 * @param poolV4 inner IPv4 addresses, in CIDR notation; the first host address is the gateway's own
 * @param poolV6 inner IPv6 addresses, in the same way; none if absent
 * @param outerMtu of the path to the clients in octets; 1500 if absent
 * @param dtlsPort UDP port for DTLS, 0 for TLS alone; 443 if absent
 * @param disconnectedTimeoutSeconds how long a session without connection is kept; 300 if absent
 */
record NewGateway(
        @Nullable String name,
        @Nullable String customer,
        @Nullable List<String> serverNames,
        @Nullable String poolV4,
        @Nullable String poolV6,
        @Nullable Integer outerMtu,
        @Nullable Integer dtlsPort,
        @Nullable Integer disconnectedTimeoutSeconds) {}
