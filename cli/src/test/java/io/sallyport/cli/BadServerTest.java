package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are away, too slow, too talkative, or something else than a provisioner. */
class BadServerTest {
    private static final String LIST = "GET /v1/tunnels?limit=500";

    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @Test
    void serverThatIsNotThere() {
        user.loggedIn().provisioner().close();

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err())
                .contains("cannot connect to https://localhost:", "Is the provisioner");
    }

    @Test
    void serverThatDoesNotAnswer() {
        user.loggedIn().provisioner().on(LIST, Answer.silence());

        Ran ran = user.run("tunnel", "list", "--timeout", "1");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("within 1 s", "--timeout SECONDS");
    }

    @Test
    void answerThatIsLongerThanAnyAnswer() {
        user.loggedIn().provisioner().on(LIST, " ".repeat(9 * 1024 * 1024));

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("longer than 8388608 octets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html></html>",
                "[]",
                "{\"tunnels\":{}}",
                "{\"tunnels\":[1]}",
                "{\"tunnels\":[{}]}",
                "{\"tunnels\":[]} trailing",
                "{\"tunnels\":[],\"tunnels\":[]}",
                "{\"tunnels\":[],\"next\":[\"x\"]}",
            })
    void answerThatMakesNoSense(String body) {
        user.loggedIn().provisioner().on(LIST, body);

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("makes no sense");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void nestingWithoutEnd() {
        user.loggedIn().provisioner().on(LIST, "[".repeat(100_000));

        assertThat(user.run("tunnel", "list").exitCode()).isEqualTo(3);
    }

    @Test
    void redirectionIsNotFollowedWithTheToken() {
        user.loggedIn().provisioner().on(LIST, Answer.json(307, "{}"));

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("HTTP status 307");
    }

    @Test
    void serverThatCannotNow() {
        user.loggedIn()
                .provisioner()
                .on(
                        LIST,
                        Answer.problem(
                                503,
                                "{\"title\":\"Unavailable\",\"detail\":\"the database does not"
                                        + " answer\"}"));

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err())
                .contains("the server cannot do it: the database does not answer")
                .contains("Try again in a moment.");
    }

    @Test
    void tokenIsInNoMessage() {
        user.loggedIn().provisioner().on(LIST, "{");

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.out() + ran.err()).doesNotContain(FakeProvisioner.TOKEN);
    }
}
