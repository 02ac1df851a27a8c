package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class InitAuthoritiesTest {
    @RegisterExtension private final CommandFixture user = new CommandFixture();
    private Path jar;

    @BeforeEach
    void makeJar() throws IOException {
        jar = Files.createFile(user.home().resolve("provisioner.jar"));
    }

    @Test
    void withoutAStepTheStepsAreTold() {
        Ran ran = user.run("ca", "init");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("a machine without network", "key-ceremony.md");
        assertThat(user.programs()).isEmpty();
    }

    @Test
    void stepIsTheProvisionersOwnCommand() {
        Ran ran =
                user.withEnvironment("SALLYPORT_PROVISIONER", jar.toString())
                        .run("ca", "init", "sign", "--domain", "a.example", "--output", "x");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(user.programs())
                .singleElement()
                .satisfies(
                        command ->
                                assertThat(command.subList(1, command.size()))
                                        .containsExactly(
                                                "-jar",
                                                jar.toString(),
                                                "ceremony",
                                                "sign",
                                                "--domain",
                                                "a.example",
                                                "--output",
                                                "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "init, request", "init, sign", "init, import",
        "ceremony, request", "ceremony, sign", "ceremony, import",
        "ceremony, revocation-list", "ceremony, next-root"
    })
    void everyStepIsToldAndRuns(String command, String step) {
        assertThat(user.run("ca", command).out()).contains("\n" + step + " ");

        Ran ran = user.run("ca", command, "--provisioner", jar.toString(), step, "--days", "30");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(user.programs().getLast())
                .endsWith(jar.toString(), "ceremony", step, "--days", "30");
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 2", "137, 5"})
    void stepThatDoesNotSucceedIsNoSuccessHereEither(int status, int exitCode) {
        Ran ran =
                user.programsEndWith(status)
                        .run("ca", "init", "--provisioner", jar.toString(), "import");

        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.err()).contains("the step 'import' did not succeed");
    }

    @Test
    void provisionerThatIsNotThereIsSaid() {
        assertThat(user.run("ca", "init", "request").exitCode()).isEqualTo(6);
        assertThat(user.run("ca", "init", "--provisioner", "/nowhere.jar", "request").exitCode())
                .isEqualTo(6);
    }
}
