package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;

class LoginCommandTest {
    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @Test
    void tokenFromStandardInputIsKeptForTheUserAlone() throws IOException {
        user.provisioner().on("GET /v1/tunnels?limit=1", "{\"tunnels\":[]}");

        Ran ran = user.withInput(FakeProvisioner.TOKEN + "\n").run(login("--token-file", "-"));

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("customer at " + user.provisioner().url())
                .contains("CN=test root, SHA-256 ")
                .doesNotContain(FakeProvisioner.TOKEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(user.loginFile())))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(user.loginFile().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void tokenIsAskedForAtATerminal() {
        user.provisioner().on("GET /v1/tunnels?limit=1", "{\"tunnels\":[]}");

        assertThat(user.typing(FakeProvisioner.TOKEN).run(login()).exitCode()).isZero();
    }

    @Test
    void withoutATerminalATokenMustComeFromAFile() {
        Ran ran = user.run(login());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--token-file FILE");
    }

    @Test
    void tokenThatIsNotKnownIsNotKept() {
        Ran ran = user.withInput("another").run(login("--token-file", "-"));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("the token is not known").doesNotContain("another");
        assertThat(user.loginFile()).doesNotExist();
    }

    @Test
    void textThatCannotBeATokenIsNotRepeated() {
        Ran ran = user.withInput("two secret\nlines").run(login("--token-file", "-"));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("expected a token").doesNotContain("secret");
        assertThat(user.provisioner().requests()).isEmpty();
    }

    @Test
    void operatorIsToldApartFromACustomer() {
        user.provisioner()
                .on(
                        "GET /v1/tunnels?limit=1",
                        Answer.problem(403, "{\"title\":\"Forbidden\",\"status\":403}"))
                .on("GET /v1/concentrators", "{\"concentrators\":[]}");

        Ran ran =
                user.withInput(FakeProvisioner.TOKEN)
                        .run(login("--token-file", "-", "-p", "operator", "-o", "json"));

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"role\" : \"operator\"", "\"profile\" : \"operator\"");
        assertThat(user.loginFile().resolveSibling("operator.json")).exists();
        assertThat(
                        user.withEnvironment("SALLYPORT_PROFILE", "operator")
                                .run("tunnel", "list")
                                .err())
                .contains("refused");
    }

    @Test
    void serverOfAnotherRootGetsNoToken() throws IOException {
        Files.writeString(Path.of(user.ca()), new TestCertificates("another root").rootPem());

        Ran ran = user.withInput(FakeProvisioner.TOKEN).run(login("--token-file", "-"));

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("is not trusted").contains("the new root's file");
        assertThat(user.provisioner().requests()).isEmpty();
    }

    @Test
    void clearTextIsNoWayToSendAToken() {
        Ran ran =
                user.withInput(FakeProvisioner.TOKEN)
                        .run("login", "--url", "http://localhost", "--ca", user.ca());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("expected https://HOST");
    }

    @Test
    void loginThatOthersCanReadIsNotUsed() throws IOException {
        user.loggedIn();
        Files.setPosixFilePermissions(
                user.loginFile(), PosixFilePermissions.fromString("rw-r--r--"));

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(6);
        assertThat(ran.err()).contains("others than you");
    }

    @Test
    void loggedOutIsLoggedOut() {
        user.loggedIn();

        assertThat(user.run("logout").exitCode()).isZero();
        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(6);
        assertThat(ran.err()).contains("there is no login 'default'").contains("sallyport login");
    }

    private String[] login(String... more) {
        String[] line = {"login", "--url", user.provisioner().url(), "--ca", user.ca()};
        return Stream.of(line, more).flatMap(Arrays::stream).toArray(String[]::new);
    }
}
