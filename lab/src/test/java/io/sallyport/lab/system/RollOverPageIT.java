package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Follows docs/operations/roll-over.md word for word, once: the root's key is in a safe, one branch
 * is there, another is away until nothing of the former authority is accepted any more.
 */
@ExtendWith(DeploymentExtension.class)
class RollOverPageIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Pattern SECRET = Pattern.compile("^Secret: +(\\S+)$", Pattern.MULTILINE);

    private final Deployment deployment;
    private final ProvisionerProcess provisioner;
    private final Rotating rotating;
    private final BranchHost present;
    private final BranchHost away;
    private final CommandLineUser user;
    private final OperationsPage page = OperationsPage.read("roll-over.md", 10);
    private final Map<String, String> environment = new HashMap<>();

    RollOverPageIT(Deployment deployment) {
        this.deployment = deployment;
        this.provisioner = deployment.provisioner();
        this.rotating = new Rotating(deployment);
        this.present = deployment.lab().branch(1).gateway();
        this.away = deployment.lab().branch(2).gateway();
        this.user = CommandLineUser.in(deployment.lab());
    }

    @Test
    void anAuthorityIsRolledOverAndABranchThatWasAwayTooLongIsRescuedAsThePageSays()
            throws IOException {
        String there = rotating.bringUp(1, "there");
        String gone = rotating.bringUp(2, "gone");
        String former = rotating.authorities("SITES", "CURRENT");
        away.charon().kill();
        provisioner
                .customer()
                .awaitTunnel(
                        gone, DEADLINE, it -> ProvisionerApi.holds(it, "established").equals("NO"));
        prepare();
        environment.put("TUNNEL", gone);

        Path key = root().resolve("key.pem");
        Path locked = Path.of(environment.get("SAFE")).resolve("root/key.pem");
        Files.move(key, locked);
        try {
            assertThat(type("")).contains("PLANNED", "CURRENT", "RUNNING");
            environment.put("ROTATION", newestRotation());
            Polling.until(
                    DEADLINE,
                    "a ceremony is waited for",
                    () -> rotating.show(environment.get("ROTATION")),
                    it ->
                            it.at("/waves/0/targets/0/detail")
                                    .asText()
                                    .startsWith("the root's key is not here"));
            type("safe");
        } finally {
            Files.move(locked, key);
        }
        awaitAsked(environment.get("ROTATION"));
        page.blocks("branch").forEach(lines -> present.shell(DEADLINE, lines));
        assertThat(type("end")).contains("DONE", "RETIRED", former);
        provisioner.customer().awaitCarrying(there, DEADLINE);

        deployment
                .lab()
                .concentrator()
                .await(DEADLINE, "! swanctl --list-conns | grep -q '%s'".formatted(former));
        away.startCharon();
        away.run(DEADLINE, "sh", "/etc/sallyport/setup.sh");
        away.await(DEADLINE, "grep -q AUTHENTICATION_FAILED /var/log/charon-daemon.log");
        Matcher secret = SECRET.matcher(type("rescue"));
        assertThat(secret.find()).isTrue();
        page.blocks("device")
                .forEach(
                        lines ->
                                away.shell(
                                        DEADLINE,
                                        "SECRET=%s\n%s".formatted(secret.group(1), lines)));
        provisioner.customer().awaitCarrying(gone, DEADLINE);
        provisioner.customer().awaitCarrying(there, DEADLINE);
    }

    /** The folder of the root that signs now: it may have followed another. */
    private Path root() throws IOException {
        String published = Files.readString(provisioner.rootCertificate());
        try (Stream<Path> all = Files.list(provisioner.data().resolve("ca"))) {
            for (Path folder : all.filter(it -> Files.exists(it.resolve("key.pem"))).toList()) {
                if (published.startsWith(
                        Files.readString(folder.resolve("certificate.pem")).strip())) {
                    return folder;
                }
            }
        }
        throw new AssertionError("no root signs now");
    }

    private void prepare() throws IOException {
        Path medium = Files.createDirectory(user.home().resolve("medium"));
        Path safe = Files.createDirectory(user.home().resolve("safe"));
        Path root = Files.createDirectory(safe.resolve("root"));
        Files.copy(root().resolve("certificate.pem"), root.resolve("certificate.pem"));
        Files.copy(provisioner.rootCertificate(), user.home().resolve("root.pem"));
        Files.writeString(user.home().resolve("operator.token"), provisioner.operatorToken());
        Files.writeString(user.home().resolve("customer.token"), provisioner.customerToken());
        environment.putAll(provisioner.settings());
        environment.put("API", provisioner.apiUrl().toString());
        environment.put("ACCEPT", "PT1S");
        environment.put("PROVISIONER", provisioner.command());
        environment.put("SALLYPORT_DOMAIN", "sallyport.internal");
        environment.put("MEDIUM", medium.toString());
        environment.put("SAFE", safe.toString());
        environment.put("SECRET_FILE", provisioner.data().resolve("ca/password").toString());
    }

    /** What the blocks of a kind wrote. */
    private String type(String kind) {
        var said = new StringBuilder();
        for (String lines : page.blocks(kind)) {
            said.append(user.typeIntoShell(DEADLINE, environment, lines));
        }
        return said.toString();
    }

    private String newestRotation() {
        return provisioner
                .operator()
                .get("/v1/rotations")
                .expect(200)
                .json()
                .at("/rotations/0/id")
                .asText();
    }

    private void awaitAsked(String rotation) {
        Polling.until(
                DEADLINE,
                "the branch is asked",
                () -> rotating.show(rotation),
                RollOverPageIT::isAsked);
    }

    private static boolean isAsked(JsonNode rotation) {
        for (JsonNode wave : rotation.path("waves")) {
            for (JsonNode target : wave.path("targets")) {
                if (target.path("detail").asText().equals("asked to renew")) {
                    return true;
                }
            }
        }
        return false;
    }
}
