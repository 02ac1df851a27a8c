package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

class UsageTest {
    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login",
                "logout",
                "order create",
                "order show",
                "tunnel list",
                "tunnel show",
                "tunnel configuration",
                "tunnel availability",
                "tunnel end",
                "tunnel enrolment-secret",
                "teleworker list",
                "teleworker enrolment-secret",
                "concentrator list",
                "gateway list",
                "cert list",
                "cert show",
                "cert revoke",
                "cert renew",
                "rotate start",
                "rotate status",
                "rotate abort",
                "ca init",
                "ca show",
                "ca roll-over",
                "completion"
            })
    void helpOfEachCommandHasAnExample(String command) {
        Ran ran = user.run((command + " --help").split(" "));

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).containsPattern("Examples?:\\R +").contains("sallyport " + command);
    }

    @Test
    void exitCodesAreInTheHelp() {
        assertThat(user.run("--help").out()).contains("Exit codes:", "4    Waited in vain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "order", "tunnels list", "tunnel list --color", "-p ../x tunnel list"})
    void wrongCommandLineSaysWhatIsWrong(String line) {
        Ran ran = user.run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("sallyport: ");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void completionIsAScriptThatTheShellAccepts() throws Exception {
        Ran ran = user.run("completion");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("complete -F _complete_sallyport", "site-key", "roll-over");
        assertThat(accepts(ran.out())).isTrue();
    }

    /** As bash does when TAB is pressed after these words. */
    @ParameterizedTest
    @CsvSource({
        "sallyport ro, rotate",
        "sallyport rotate s, start status",
        "sallyport rotate start site, site-key",
        "sallyport nothing-like-it, ''"
    })
    void tabCompletes(String typed, String offered) throws Exception {
        Path script = user.home().resolve("completion.bash");
        Files.writeString(script, user.run("completion").out());
        Process bash =
                new ProcessBuilder(
                                "bash",
                                "--norc",
                                "-c",
                                """
                                # The real one works within readline alone.
                                compopt() { :; }
                                source "$1"
                                COMP_WORDS=($2) COMP_LINE=$2 COMP_POINT=${#2}
                                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                                _complete_sallyport
                                echo "${COMPREPLY[@]}"
                                """,
                                "bash",
                                script.toString(),
                                typed)
                        .redirectErrorStream(true)
                        .start();
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.strip()).isEqualTo(offered);
    }

    private boolean accepts(String script) throws IOException, InterruptedException {
        Path file = Files.writeString(user.home().resolve("completion.bash"), script);
        Process bash = new ProcessBuilder("bash", "-n", file.toString()).start();
        return bash.waitFor(20, TimeUnit.SECONDS) && bash.exitValue() == 0;
    }
}
