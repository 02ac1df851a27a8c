package io.sallyport.provisioner.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.teleworker.CustomerClient;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.ObservationReport.Truth;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

class CertificateApiTest {
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private static RunningProvisioner provisioner;
    private static FakeConcentrator concentrator;
    private static OrderClient customer;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        concentrator = FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @Test
    void operatorSeesAllAndACustomerItsOwn() {
        UUID tunnel = live("lyon", "10.1.1.0/24");
        JsonNode own = certificateOf(tunnel);
        assertThat(own.get("purpose").textValue()).isEqualTo("BRANCH");
        assertThat(own.get("state").textValue()).isEqualTo("VALID");
        assertThat(own.get("issuer").textValue()).startsWith("Sallyport Sites CA ");
        assertThat(own.has("pem")).isFalse();
        assertThat(list(provisioner.customerToken(), "?limit=500"))
                .allMatch(each -> each.get("purpose").textValue().equals("BRANCH"));
        assertThat(list(provisioner.operatorToken(), "?limit=500"))
                .extracting(each -> each.get("purpose").textValue())
                .contains(
                        "ROOT", "SITES", "TLS_SERVER", "TLS_CLIENT", "CONCENTRATOR_IKE", "BRANCH");
        assertThat(list(provisioner.operatorToken(), "?purpose=TLS_CLIENT"))
                .extracting(each -> each.get("purpose").textValue())
                .containsOnly("TLS_CLIENT");

        String serial = own.get("serial").textValue();
        JsonNode whole = get(provisioner.customerToken(), "/" + serial).json();
        assertThat(whole.get("pem").textValue()).startsWith("-----BEGIN CERTIFICATE-----");
        // As other tools print it.
        String printed = serial.toUpperCase(Locale.ROOT);
        assertThat(get(provisioner.operatorToken(), "/00" + printed).json()).isEqualTo(whole);

        String stranger = CustomerClient.tokenOfAnother(provisioner, "stranger");
        assertThat(get(stranger, "/" + serial).status()).isEqualTo(404);
        assertThat(list(stranger, "")).isEmpty();
        assertThat(revoke(stranger, serial, "KEY_COMPROMISE").status()).isEqualTo(404);
        assertThat(certificateOf(tunnel).get("state").textValue()).isEqualTo("VALID");
    }

    @Test
    void pagesAreOfTheWholeNewestFirst() {
        List<String> all = serials(list(provisioner.operatorToken(), "?limit=500"));
        List<String> paged = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = get(provisioner.operatorToken(), "?limit=2" + after).json();
            page.get("certificates").forEach(each -> paged.add(each.get("serial").textValue()));
            after = page.get("next").isNull() ? null : "&after=" + page.get("next").textValue();
        } while (after != null);
        // Others may have been issued meanwhile, at the beginning.
        assertThat(paged).containsSubsequence(all).doesNotHaveDuplicates();
    }

    @Test
    void revokedBranchIsToldInTheCrlTheDesiredStateAndItsTruths() {
        UUID tunnel = live("nice", "10.1.2.0/24");
        String serial = certificateOf(tunnel).get("serial").textValue();
        long crl = concentrator.desired().revocationLists().getFirst().number();

        Answer answer = revoke(provisioner.customerToken(), serial, "KEY_COMPROMISE");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("state").textValue()).isEqualTo("REVOKED");
        assertThat(answer.json().get("reason").textValue()).isEqualTo("KEY_COMPROMISE");
        assertThat(concentrator.desired().revocationLists().getFirst().number()).isEqualTo(crl + 1);
        assertThat(desired(tunnel).revocation()).contains(new Revocation(serial, "key compromise"));

        // Again, for another reason: it is what it was.
        JsonNode again = revoke(provisioner.operatorToken(), serial, "UNSPECIFIED").json();
        assertThat(again).isEqualTo(answer.json());
        assertThat(concentrator.desired().revocationLists().getFirst().number()).isEqualTo(crl + 1);

        concentrator.apply();
        concentrator.set(tunnel, Truth.ESTABLISHED, false, "whatever");
        concentrator.set(tunnel, Truth.CARRYING, false, "whatever");
        concentrator.report();
        JsonNode truths = customer.tunnel(tunnel).get("truths");
        assertThat(truths.at("/established/cause").textValue())
                .isEqualTo("the branch's certificate was revoked: key compromise");
        assertThat(truths.at("/carrying/holds").textValue()).isEqualTo("NO");
    }

    @Test
    void supersededCertificateLeavesTheLiveTunnelAlone() {
        UUID tunnel = live("metz", "10.1.3.0/24");
        String serial = certificateOf(tunnel).get("serial").textValue();
        assertThat(revoke(provisioner.operatorToken(), serial, "SUPERSEDED").status())
                .isEqualTo(200);
        assertThat(desired(tunnel).revocation()).isEmpty();
    }

    @Test
    void authorityIsNotRevokedHere() {
        for (String purpose : List.of("ROOT", "SITES")) {
            String serial =
                    serials(list(provisioner.operatorToken(), "?purpose=" + purpose)).getFirst();
            Answer answer = revoke(provisioner.operatorToken(), serial, "SUPERSEDED");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().get("detail").textValue()).contains("ceremony");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"reason\": null}",
                "{\"reason\": \"CERTIFICATE_HOLD\"}",
                "{\"reason\": \"REMOVE_FROM_CRL\"}",
                "{\"reason\": 1}",
                "[]",
                ""
            })
    void revocationNeedsAReasonThatIsOne(String body) {
        int number = NETWORKS.incrementAndGet();
        UUID tunnel = live("x" + number, "10.2.%d.0/24".formatted(number));
        String serial = certificateOf(tunnel).get("serial").textValue();
        Answer answer =
                provisioner.post(
                        "/v1/certificates/%s/revocation".formatted(serial),
                        provisioner.operatorToken(),
                        body);
        assertThat(answer.status()).isIn(400, 422);
        assertThat(certificateOf(tunnel).get("state").textValue()).isEqualTo("VALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=0", "?limit=501", "?limit=x", "?after=xyz", "?after="})
    void refusesAPageThatIsNone(String query) {
        assertThat(get(provisioner.operatorToken(), query).status()).isIn(400, 422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/1234", "/xyz", "/-1", "/00000000000000000000000000000000000000000000"})
    void knowsNoSuchCertificate(String path) {
        assertThat(get(provisioner.operatorToken(), path).status()).isEqualTo(404);
    }

    @Test
    void authoritiesAreShownWithTheirFingerprints() {
        JsonNode authorities =
                provisioner
                        .get("/v1/authorities", provisioner.customerToken())
                        .json()
                        .get("authorities");
        assertThat(authorities.valueStream().map(each -> each.get("purpose").textValue()))
                .containsExactly("ROOT", "SITES", "INTERNAL", "GATEWAYS", "TELEWORKERS");
        authorities.forEach(
                each -> {
                    assertThat(each.get("sha256").textValue()).matches("[0-9a-f]{64}");
                    assertThat(each.get("state").textValue()).isEqualTo("CURRENT");
                    assertThat(each.get("crl").isNull()).isTrue();
                });
        assertThat(authorities.get(0).get("issued").longValue()).isEqualTo(5);
    }

    private static UUID live(String branch, String network) {
        JsonNode order = customer.order(branch, network);
        customer.awaitState(order, "CONFIGURED");
        concentrator.apply();
        UUID tunnel = OrderClient.tunnelOf(order);
        concentrator.dialIn(tunnel);
        customer.awaitState(order, "LIVE");
        return tunnel;
    }

    private static JsonNode certificateOf(UUID tunnel) {
        String identity = desired(tunnel).remoteIdentity().value();
        List<JsonNode> found = list(provisioner.customerToken(), "?identity=" + identity);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static DesiredTunnel desired(UUID tunnel) {
        return concentrator.desired().tunnels().stream()
                .filter(each -> each.id().equals(tunnel))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> list(String token, String query) {
        return get(token, query).json().get("certificates").valueStream().toList();
    }

    private static List<String> serials(List<JsonNode> certificates) {
        return certificates.stream().map(each -> each.get("serial").textValue()).toList();
    }

    private static Answer get(String token, String rest) {
        return provisioner.get("/v1/certificates" + rest, token);
    }

    private static Answer revoke(String token, String serial, String reason) {
        return provisioner.post(
                "/v1/certificates/%s/revocation".formatted(serial),
                token,
                "{\"reason\": \"%s\"}".formatted(reason));
    }
}
