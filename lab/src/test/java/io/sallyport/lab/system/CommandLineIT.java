package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.BranchHost.DeviceFile;
import io.sallyport.lab.CommandOutput;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.CommandLineUser;
import io.sallyport.lab.product.Deployment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A tunnel's life, typed at the command line: the product's own client against the real thing. */
@ExtendWith(DeploymentExtension.class)
class CommandLineIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deployment deployment;
    private final BranchHost branch;
    private final CommandLineUser user;

    CommandLineIT(Deployment deployment) {
        Lab lab = deployment.lab();
        this.deployment = deployment;
        this.branch = lab.branch(1).gateway();
        this.user = CommandLineUser.in(lab);
    }

    @Test
    void tunnelIsOrderedBroughtUpAndEndedAtTheCommandLine() throws IOException {
        user.logIn(deployment.provisioner());

        CommandOutput ordered =
                user.run(
                        DEADLINE,
                        "",
                        List.of(
                                "order",
                                "create",
                                "typed",
                                "--network",
                                branch.protectedNetwork(),
                                "--generate-key",
                                "--wait",
                                "--progress",
                                "--output",
                                "json"));
        assertThat(ordered.status()).as(ordered.err()).isZero();
        assertThat(ordered.err()).containsSubsequence("validate", "credential", "load");
        JsonNode order = JSON.readTree(ordered.out());
        assertThat(order.path("state").asText()).isEqualTo("READY");

        Path directory = user.home().resolve("typed");
        user.type(DEADLINE, "tunnel", "configuration", "typed", "-d", directory.toString());
        branch.apply(files(directory));
        user.type(
                DEADLINE, "order", "show", order.path("id").asText(), "--wait", "--until", "live");

        JsonNode shown =
                JSON.readTree(user.type(DEADLINE, "tunnel", "show", "typed", "--output", "json"));
        assertThat(shown.path("truths").findValuesAsText("holds")).containsOnly("YES");
        assertThat(user.type(DEADLINE, "tunnel", "list")).contains("typed", "ACTIVE");
        assertThat(user.type(DEADLINE, "tunnel", "availability", "typed"))
                .contains("Availability:");

        CommandOutput again =
                user.run(
                        DEADLINE,
                        "",
                        List.of(
                                "order",
                                "create",
                                "Not A Label",
                                "-n",
                                branch.protectedNetwork(),
                                "--generate-key"));
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("refused: ", "branch: ");

        assertThat(user.type(DEADLINE, "tunnel", "end", "typed", "--yes", "--wait"))
                .contains("ENDED");
        deployment.lab().concentrator().awaitNoSas(DEADLINE);
        branch.reset();
    }

    @Test
    void whatIsThereIsListedShownAndRenewedAtTheCommandLine() throws IOException {
        user.logIn(deployment.provisioner());
        user.logInAsOperator(deployment.provisioner());
        String tunnel = deployment.bringUp(branch, "listed");
        JsonNode carrying = deployment.provisioner().customer().awaitCarrying(tunnel, DEADLINE);
        String serial = carrying.at("/certificate/serialNumber").asText();

        JsonNode orders =
                JSON.readTree(
                        user.type(DEADLINE, "order", "list", "--branch", "listed", "-o", "json"));
        assertThat(orders.at("/orders/0/tunnel").asText()).isEqualTo(tunnel);
        assertThat(user.type(DEADLINE, "cert", "list", "--purpose", "branch", "--state", "valid"))
                .contains(serial);
        assertThat(user.type(DEADLINE, "cert", "show", serial)).contains("BRANCH", "VALID");

        CommandOutput nobodys = user.run(DEADLINE, "", List.of("cert", "show", "4711"));
        assertThat(nobodys.status()).isEqualTo(1);
        assertThat(nobodys.err()).contains("there is no certificate", "sallyport cert list");
        CommandOutput notTheirs = user.run(DEADLINE, "", List.of("rotate", "status"));
        assertThat(notTheirs.status()).isEqualTo(1);
        assertThat(notTheirs.err()).contains("--profile NAME");

        assertThat(user.type(DEADLINE, "ca", "show", "--profile", "operator"))
                .contains("ROOT", "SITES", "CURRENT");
        assertThat(user.type(DEADLINE, "ca", "init")).contains("request", "sign", "import");
        JsonNode renewal =
                JSON.readTree(
                        user.type(
                                DEADLINE,
                                "cert",
                                "renew",
                                serial,
                                "--profile",
                                "operator",
                                "--yes",
                                "--output",
                                "json"));
        assertThat(renewal.at("/waves/0/targets/0/id").asText()).isEqualTo(tunnel);
        String rotation = renewal.path("id").asText();
        assertThat(user.type(DEADLINE, "rotate", "abort", rotation, "--profile", "operator"))
                .contains("SITE_KEY");
        CommandOutput aborted =
                user.run(
                        DEADLINE,
                        "",
                        List.of("rotate", "status", rotation, "--wait", "-p", "operator"));
        assertThat(aborted.status()).as("it did not succeed").isEqualTo(5);
        assertThat(aborted.out()).contains("ABORTED");
    }

    /** As tar would carry them to the device: path and mode are those of the files. */
    private static List<DeviceFile> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(
                            file ->
                                    new DeviceFile(
                                            "/" + directory.relativize(file),
                                            mode(file),
                                            octets(file)))
                    .toList();
        }
    }

    private static int mode(Path file) {
        try {
            return (int) Files.getAttribute(file, "unix:mode") & 0777;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer octets(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).asReadOnlyBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
