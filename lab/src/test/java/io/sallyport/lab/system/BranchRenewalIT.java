package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.CommandOutput;
import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A branch renews its certificate by the script that its device configuration brought. */
@ExtendWith(DeploymentExtension.class)
class BranchRenewalIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final String RENEW = "/etc/sallyport/renew.sh";
    private static final Pattern SECRET = Pattern.compile("^Secret: +(\\S+)$", Pattern.MULTILINE);

    private final Deployment deployment;
    private final Lab lab;
    private final BranchHost branch;
    private final ProvisionerApi customer;

    BranchRenewalIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.branch = lab.branch(1).gateway();
        this.customer = deployment.provisioner().customer();
    }

    @Test
    void branchRenewsItsCertificateWithoutAnOutage() {
        String tunnel = deployment.bringUp(branch, "renewing");
        JsonNode first = customer.awaitCarrying(tunnel, DEADLINE);
        String sa = lab.concentrator().ikeSaId(tunnel);
        assertThat(first.at("/certificate/renewal").asText()).isEqualTo("NOT_DUE");
        assertRenewsWithinTheWindow(first);

        branch.run(RENEWAL, RENEW);
        assertThat(serialNumber(tunnel)).as("it is not time yet").isEqualTo(serialNumber(first));

        List<CountedPing> pinging = new Rotating(deployment).pingFrom(1);
        branch.run(RENEWAL, RENEW, "now");
        String second = serialNumber(tunnel);
        assertThat(second).isNotEqualTo(serialNumber(first));
        assertThat(serialOnBranch()).isEqualTo(second);
        assertThat(lab.concentrator().ikeSaId(tunnel)).isNotEqualTo(sa);
        assertThat(branch.establishedIkeSas()).isEqualTo(1);
        assertThat(branch.shell(DEADLINE, "ls /etc/swanctl/pkcs12 /etc/sallyport/renewal"))
                .as("the former key is gone")
                .doesNotContain("sallyport.p12", "former", "pending");
        Rotating.assertNoOutage(pinging);

        // What renewed once can renew again, and comes up by its files alone.
        branch.run(RENEWAL, RENEW, "now");
        assertThat(serialNumber(tunnel)).isNotEqualTo(second);
        branch.restartCharon();
        branch.run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        customer.awaitCarrying(tunnel, DEADLINE);
    }

    /** docs/operations/renewal.md, "rescue", word for word. */
    @Test
    void branchWithoutAGoodCertificateComesBackWithASecret() throws IOException {
        String tunnel = deployment.bringUp(branch, "rescued");
        JsonNode first = customer.awaitCarrying(tunnel, DEADLINE);
        // Its key is lost: as good as a certificate that has ended.
        branch.charon().kill();
        branch.shell(DEADLINE, "rm /etc/swanctl/pkcs12/sallyport.p12");
        branch.startCharon();

        OperationsPage page = OperationsPage.read("renewal.md", 3);
        CommandLineUser user = CommandLineUser.in(lab);
        Map<String, String> environment = prepare(user, tunnel);
        Matcher shown = SECRET.matcher(typed(user, environment, page.blocks("rescue")));
        assertThat(shown.find()).isTrue();
        String secret = shown.group(1);
        branch.run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        page.blocks("device")
                .forEach(lines -> branch.shell(RENEWAL, "SECRET=%s\n%s".formatted(secret, lines)));
        assertThat(serialNumber(tunnel)).isNotEqualTo(serialNumber(first));
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(typed(user, environment, page.blocks("seen"))).contains(serialNumber(tunnel));

        CommandOutput again =
                branch.tryRun(RENEWAL, "sh", "-c", "echo %s | %s enrol".formatted(secret, RENEW));
        assertThat(again.succeeded()).as("used once").isFalse();
        assertThat(again.err()).contains("HTTP 409");
        assertThat(lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived())
                .as("a refusal changes nothing")
                .isTrue();
    }

    private Map<String, String> prepare(CommandLineUser user, String tunnel) throws IOException {
        ProvisionerProcess provisioner = deployment.provisioner();
        Files.copy(provisioner.rootCertificate(), user.home().resolve("root.pem"));
        Files.writeString(user.home().resolve("customer.token"), provisioner.customerToken());
        return Map.of("API", provisioner.apiUrl().toString(), "TUNNEL", tunnel);
    }

    private static String typed(
            CommandLineUser user, Map<String, String> environment, List<String> blocks) {
        return String.join(
                "",
                blocks.stream()
                        .map(lines -> user.typeIntoShell(DEADLINE, environment, lines))
                        .toList());
    }

    private void assertRenewsWithinTheWindow(JsonNode tunnel) {
        Instant notBefore = Instant.parse(tunnel.at("/certificate/notBefore").asText());
        Instant notAfter = Instant.parse(tunnel.at("/certificate/notAfter").asText());
        Instant renews =
                branch.run(DEADLINE, RENEW, "status")
                        .lines()
                        .filter(line -> line.startsWith("renews: "))
                        .map(line -> Instant.parse(line.substring("renews: ".length()).strip()))
                        .findFirst()
                        .orElseThrow();
        Duration life = Duration.between(notBefore, notAfter);
        assertThat(renews)
                .isBetween(
                        notBefore.plus(life.multipliedBy(2).dividedBy(3)).minusSeconds(2),
                        notBefore.plus(life.multipliedBy(3).dividedBy(4)).plusSeconds(2));
    }

    private String serialOnBranch() {
        return branch.shell(
                        DEADLINE, "openssl x509 -in /etc/swanctl/x509/sallyport.pem -noout -serial")
                .strip()
                .replaceFirst("serial=0*", "")
                .toLowerCase(Locale.ROOT);
    }

    private String serialNumber(String tunnel) {
        return serialNumber(customer.get("/v1/tunnels/" + tunnel).expect(200).json());
    }

    private static String serialNumber(JsonNode tunnel) {
        return tunnel.at("/certificate/serialNumber").asText();
    }
}
