package io.sallyport.provisioner.teleworker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

class TeleworkerApiTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final CustomerClient customer = new CustomerClient(provisioner);

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/teleworker/refused.csv", delimiter = '|', quoteCharacter = '~')
    void refusesWithADocumentThatNamesTheField(
            String why, String path, String field, String document) {
        Answer answer =
                customer.post(
                        path.equals("groups") ? "/v1/teleworker-groups" : "/v1/teleworkers",
                        document);
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue())
                .as(answer.body())
                .isEqualTo(field);
    }

    @Test
    void showsSecretsOnce() {
        String group = customer.group("\"PASSWORD\", \"TOTP\"");
        JsonNode created =
                customer.teleworker(group, ", \"generatePassword\": true, \"totp\": true");
        assertThat(created.get("password").textValue()).hasSizeGreaterThan(20);
        assertThat(created.at("/totp/uri").textValue()).startsWith("otpauth://totp/Sallyport:");

        Answer seen = customer.get("/v1/teleworkers/" + created.get("id").textValue());
        assertThat(seen.json().get("hasPassword").booleanValue()).isTrue();
        assertThat(seen.json().get("hasTotp").booleanValue()).isTrue();
        assertThat(seen.body())
                .doesNotContain(
                        created.get("password").textValue(),
                        created.at("/totp/secret").textValue());
    }

    @Test
    void keepsGroupsAsTheyWereTypedWithUsualValues() {
        String name =
                customer.group(
                        "\"PASSWORD\"",
                        """
                        , "label": "Staff people", "splitDns": ["corp.example"],
                        "firewall": [{"action": "allow", "network": "10.0.0.0/8",
                                      "protocol": "tcp", "portFrom": 443}]
                        """);
        JsonNode group = customer.get("/v1/teleworker-groups/" + name).json();
        assertThat(group.get("label").textValue()).isEqualTo("Staff people");
        assertThat(group.get("dpdSeconds").intValue()).isEqualTo(30);
        assertThat(group.get("maximumSessionsPerUser").intValue()).isEqualTo(5);
        assertThat(group.at("/firewall/0/portTo").intValue()).isEqualTo(443);
        Answer twice =
                customer.post(
                        "/v1/teleworker-groups",
                        "{\"name\": \"%s\", \"factors\": [\"PASSWORD\"]}".formatted(name));
        assertThat(twice.status()).isEqualTo(409);
        assertThat(customer.delete("/v1/teleworker-groups/" + name).status()).isEqualTo(204);
        assertThat(customer.get("/v1/teleworker-groups/" + name).status()).isEqualTo(404);
    }

    @Test
    void aNameCanBeGivenAgainAfterItWasDeleted() {
        JsonNode alice = customer.teleworker(customer.group("\"PASSWORD\""), "");
        String document = "{\"username\": \"%s\"}".formatted(alice.get("username").textValue());
        assertThat(customer.post("/v1/teleworkers", document).status()).isEqualTo(409);
        assertThat(customer.delete(path(alice)).status()).isEqualTo(204);
        assertThat(customer.get(path(alice)).status()).isEqualTo(404);
        assertThat(customer.post("/v1/teleworkers", document).status()).isEqualTo(201);
    }

    @Test
    void handsAKeyOverAsPkcs12() throws Exception {
        JsonNode alice = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        Answer answer = customer.post(path(alice) + "/certificates", "{\"generateKey\": true}");
        JsonNode issued = CustomerClient.created(answer);
        assertThat(answer.header("cache-control")).isEqualTo("no-store");

        char[] password = issued.at("/pkcs12/password").textValue().toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(
                new ByteArrayInputStream(
                        Base64.getDecoder().decode(issued.at("/pkcs12/base64").textValue())),
                password);
        String alias = store.aliases().nextElement();
        assertThat(store.getKey(alias, password)).isNotNull();
        assertThat(store.getCertificateChain(alias)).hasSize(3);
        X509Certificate certificate = (X509Certificate) store.getCertificate(alias);
        assertThat(certificate.getSubjectAlternativeNames().toString())
                .contains(
                        "[1, %s@customer.sallyport.internal]"
                                .formatted(alice.get("username").textValue()));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @ParameterizedTest
    @CsvSource({", 24", "PT36H, 36", "P398D, 9552", "PT2H, 2"})
    void issuesForSoLong(@Nullable String validFor, int hours) {
        JsonNode alice = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        String member = validFor == null ? "" : ", \"validFor\": \"%s\"".formatted(validFor);
        CustomerClient.created(
                customer.post(
                        path(alice) + "/certificates",
                        "{\"generateKey\": true%s}".formatted(member)));
        JsonNode listed = customer.get(path(alice) + "/certificates").json().at("/certificates/0");
        assertThat(
                        Duration.between(
                                Instant.parse(listed.get("notBefore").textValue()),
                                Instant.parse(listed.get("notAfter").textValue())))
                .as("with the hour that it is backdated")
                .isEqualTo(Duration.ofHours(hours + 1));
        assertThat(listed.get("device").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "P399D", "-P1D", "P1Y", "a day", ""})
    void refusesOtherLifetimes(String validFor) {
        JsonNode alice = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        Answer answer =
                customer.post(
                        path(alice) + "/certificates",
                        "{\"generateKey\": true, \"validFor\": \"%s\"}".formatted(validFor));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("validFor");
    }

    @Test
    void refusesTheRequestOfSomebodyElse() {
        JsonNode alice = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        String foreign =
                TestNode.request(TestNode.ecKey("secp256r1"), "CN=bob@customer.sallyport.internal");
        Answer answer =
                customer.post(
                        path(alice) + "/certificates",
                        "{\"csr\": \"%s\"}".formatted(foreign.replace("\n", "\\n")));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("csr");
    }

    @Test
    void keepsSecretsForOneTimePasswordsSealed() {
        JsonNode alice = customer.teleworker(customer.group("\"PASSWORD\""), ", \"totp\": true");
        Rows rows = new Rows(provisioner);
        // 20 octets of secret, 12 of nonce and 16 of tag.
        assertThat(
                        rows.count(
                                "teleworker WHERE id = '%s' AND octet_length(totp_secret) = 48"
                                        .formatted(alice.get("id").textValue())))
                .isEqualTo(1);
        assertThat(customer.post(path(alice) + "/totp", "").json().get("uri").textValue())
                .doesNotContain(alice.at("/totp/secret").textValue());
        assertThat(customer.delete(path(alice) + "/totp").status()).isEqualTo(204);
        assertThat(customer.get(path(alice)).json().get("hasTotp").booleanValue()).isFalse();
    }

    @Test
    void nobodyElseReachesThem() {
        JsonNode alice = customer.teleworker(customer.group("\"PASSWORD\""), "");
        CustomerClient other = CustomerClient.other(provisioner, CustomerClient.fresh("thief"));
        for (String path : new String[] {"", "/block", "/password", "/totp", "/certificates"}) {
            Answer answer =
                    path.isEmpty()
                            ? other.delete(path(alice))
                            : other.post(path(alice) + path, "{\"generateKey\": true}");
            assertThat(answer.status()).as(path + answer.body()).isIn(404, 400);
        }
        assertThat(other.get("/v1/teleworkers").json().get("teleworkers")).isEmpty();
        assertThat(provisioner.get("/v1/teleworkers", provisioner.operatorToken()).status())
                .isEqualTo(403);
    }

    private static String path(JsonNode teleworker) {
        return "/v1/teleworkers/" + teleworker.get("id").textValue();
    }
}
