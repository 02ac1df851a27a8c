package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.terminal.Sheet;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tunnel, as the API tells it.
 *
 * @param state a word of the API's; a newer server may have others
 * @param truths the four, by their names
 * @param document all of it
 */
record Tunnel(
        String id,
        String order,
        String branch,
        String identity,
        String state,
        String concentrator,
        List<String> protectedNetworks,
        String probeAddress,
        Optional<Document> certificate,
        Map<String, Truth> truths,
        Optional<String> problem,
        Optional<Document> securityAssociation,
        Document document) {
    static final List<String> TRUTHS = List.of("ordered", "loaded", "established", "carrying");

    Tunnel {
        protectedNetworks = List.copyOf(protectedNetworks);
    }

    /** One of the four truths. */
    record Truth(String holds, Optional<Instant> since, String cause) {
        static Truth of(Document document) {
            return new Truth(
                    document.text("holds"),
                    document.optionalInstant("since"),
                    document.optionalText("cause").orElse(""));
        }
    }

    static Tunnel of(Document document) {
        Map<String, Truth> truths = new LinkedHashMap<>();
        for (String name : TRUTHS) {
            truths.put(name, Truth.of(document.object("truths").object(name)));
        }
        return new Tunnel(
                document.text("id"),
                document.text("order"),
                document.text("branch"),
                document.text("identity"),
                document.text("state"),
                document.text("concentrator"),
                document.texts("protectedNetworks"),
                document.text("probeAddress"),
                document.optionalObject("certificate"),
                truths,
                document.optionalText("problem"),
                document.optionalObject("securityAssociation"),
                document);
    }

    boolean ended() {
        return state.equals("ENDED");
    }

    void fill(Sheet sheet) {
        sheet.field("Tunnel", id)
                .field("Order", order)
                .field("Branch", branch)
                .field("Identity", identity)
                .field("State", state)
                .field("Concentrator", concentrator)
                .field("Networks", String.join(", ", protectedNetworks))
                .field("Probe address", probeAddress)
                .field("Problem", problem);
        certificate.ifPresent(
                newest ->
                        sheet.field("Certificate", newest.optionalText("serialNumber"))
                                .field(
                                        "Valid until",
                                        Sheet.time(newest.optionalInstant("notAfter"))
                                                + (newest.optionalText("revoked")
                                                                .filter("true"::equals)
                                                                .isPresent()
                                                        ? ", revoked"
                                                        : ""))
                                .field("Renewal", newest.optionalText("renewal")));
        securityAssociation.ifPresent(
                sa ->
                        sheet.field("IKE_SA since", Sheet.time(sa.optionalInstant("establishedAt")))
                                .field("Peer", sa.optionalText("remoteAddress"))
                                .field("IKE", sa.optionalText("ikeAlgorithms"))
                                .field("ESP", sa.optionalText("espAlgorithms"))
                                .field(
                                        "Octets",
                                        "%d in, %d out"
                                                .formatted(
                                                        sa.optionalNumber("octetsIn").orElse(0L),
                                                        sa.optionalNumber("octetsOut")
                                                                .orElse(0L))));
        sheet.gap()
                .table(
                        List.of("TRUTH", "HOLDS", "SINCE", "CAUSE"),
                        truths.entrySet().stream()
                                .map(
                                        truth ->
                                                List.of(
                                                        truth.getKey(),
                                                        truth.getValue().holds(),
                                                        Sheet.time(truth.getValue().since()),
                                                        truth.getValue().cause()))
                                .toList());
    }
}
