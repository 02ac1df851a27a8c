package io.sallyport.concentrator.reconcile;

import io.sallyport.vici.ViciMessage;
import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.LocalEndpoint;
import io.sallyport.wire.IpNetwork;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * A desired tunnel in charon's words: the content of swanctl.conf's {@code connections.NAME}, as
 * {@code load-conn} takes it (VICI README, "load-conn"; swanctl.conf(5) says what each key means).
 */
final class ConnectionDefinition {
    private ConnectionDefinition() {}

    /**
     * @param issuersPem the only CAs that may have issued the branch's certificate
     */
    static ViciMessage of(
            DesiredTunnel tunnel, LocalEndpoint local, Collection<String> issuersPem) {
        CryptoPolicy crypto = tunnel.crypto();
        return ViciMessage.builder()
                .put("version", 2)
                .list("local_addrs", List.of(local.ikeAddress().toString()))
                // A branch may be behind any NAT; it is known by its certificate.
                .list("remote_addrs", List.of("%any"))
                .list("proposals", crypto.ikeProposals())
                .put("mobike", true)
                .put("rekey_time", seconds(crypto.ikeRekeyTime()))
                .put("dpd_delay", seconds(crypto.dpdDelay()))
                // A branch that lost its state comes back without waiting for DPD here.
                .put("unique", "replace")
                .section(
                        "local",
                        // No certificate: charon takes the one of this identity whose key it has,
                        // so that a change of keys leaves the connection as it is (ADR 70).
                        it -> it.put("auth", "pubkey").put("id", local.identity().value()))
                .section(
                        "remote",
                        it ->
                                it.put("auth", "pubkey")
                                        .put("id", tunnel.remoteIdentity().value())
                                        // ADR 32: a CRL that is stale or missing for a certificate
                                        // that names
                                        // one refuses; "strict" would want a CRL of the root, too.
                                        .put("revocation", "ifuri")
                                        .octetsList(
                                                "cacerts",
                                                issuersPem.stream()
                                                        .map(ConnectionDefinition::octets)
                                                        .toList()))
                .section(
                        "children",
                        it ->
                                it.section(
                                        DesiredTunnel.CHILD_NAME,
                                        child ->
                                                child.list(
                                                                "local_ts",
                                                                texts(tunnel.localNetworks()))
                                                        .list(
                                                                "remote_ts",
                                                                texts(tunnel.remoteNetworks()))
                                                        .list(
                                                                "esp_proposals",
                                                                crypto.espProposals())
                                                        .put(
                                                                "rekey_time",
                                                                seconds(crypto.espRekeyTime()))
                                                        // The branch dials, always.
                                                        .put("start_action", "none")
                                                        .put("dpd_action", "clear")
                                                        .put("close_action", "none")))
                .build();
    }

    private static List<String> texts(List<IpNetwork> networks) {
        return networks.stream().map(IpNetwork::toString).toList();
    }

    private static byte[] octets(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    /** swanctl.conf's unit; anything positive stays so. */
    private static String seconds(Duration duration) {
        return Math.max(1, duration.toSeconds()) + "s";
    }
}
