package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;
import io.sallyport.cli.FakeProvisioner.Request;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;

/** Several authorities by one command: one after the other, in the order of the page. */
class RollOverCommandTest {
    private static final String START = "POST /v1/rotations";

    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @BeforeEach
    void logIn() {
        user.loggedIn();
    }

    private static String rotation(String id, String kind, String state, String cause) {
        return """
        {"id":"%s","kind":"%s","state":"%s","plan":[],"waves":[],"lostPackets":0,"cause":%s}\
        """
                .formatted(id, kind, state, cause);
    }

    private static String authority(String id, String state) {
        return rotation(id, "ISSUING_CA", state, "null");
    }

    private CommandFixture planned(int count) {
        for (int number = 0; number < count; number++) {
            user.provisioner().on(START, authority("-", "PLANNED"));
        }
        return user;
    }

    private void begun(String id, String end) {
        user.provisioner()
                .on(START, Answer.json(201, authority(id, "RUNNING")))
                .on("GET /v1/rotations/" + id, end);
    }

    private List<String> started() {
        return user.provisioner().requests().stream()
                .filter(request -> request.line().equals(START))
                .map(Request::body)
                .filter(body -> body.contains("\"dryRun\":false"))
                .toList();
    }

    @Test
    void severalAreDoneInTheOrderOfThePageEachWhenTheOneBeforeIsDone() {
        planned(3).watched();
        begun("r-root", rotation("r-root", "ROOT", "DONE", "null"));
        begun("r-internal", authority("r-internal", "DONE"));
        begun("r-gateways", authority("r-gateways", "DONE"));

        Ran ran = user.run("ca", "roll-over", "gateways", "ROOT", "internal", "--yes");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(started())
                .containsExactly(
                        "{\"kind\":\"ROOT\",\"dryRun\":false}",
                        "{\"kind\":\"ISSUING_CA\",\"purpose\":\"INTERNAL\",\"dryRun\":false}",
                        "{\"kind\":\"ISSUING_CA\",\"purpose\":\"GATEWAYS\",\"dryRun\":false}");
        assertThat(user.provisioner().lines())
                .containsSubsequence(
                        START,
                        "GET /v1/rotations/r-root",
                        START,
                        "GET /v1/rotations/r-internal",
                        START,
                        "GET /v1/rotations/r-gateways");
        assertThat(ran.err().lines())
                .containsExactly(
                        "root, 1 of 3: rotation r-root",
                        "internal, 2 of 3: rotation r-internal",
                        "gateways, 3 of 3: rotation r-gateways");
        assertThat(ran.out()).containsSubsequence("r-root", "r-internal", "r-gateways");
    }

    @Test
    void theFirstThatFailsStopsItAndSaysHowToGoOn() {
        planned(4);
        begun("r-internal", authority("r-internal", "DONE"));
        begun("r-sites", rotation("r-sites", "ISSUING_CA", "ROLLED_BACK", "\"lyon is silent\""));

        Ran ran =
                user.run(
                        "ca",
                        "roll-over",
                        "internal",
                        "sites",
                        "teleworkers",
                        "gateways",
                        "--yes",
                        "--output",
                        "json");

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(started()).hasSize(2);
        assertThat(ran.err().lines())
                .containsExactly(
                        "stopped at sites; not begun: teleworkers, gateways",
                        "to go on: sallyport ca roll-over sites teleworkers gateways",
                        "sallyport: rotation r-sites is ROLLED_BACK: lyon is silent");
        assertThat(ran.out().replaceAll("\\s", ""))
                .startsWith("{\"rotations\":[{\"id\":\"r-internal\"")
                .contains("\"state\":\"DONE\"", "\"id\":\"r-sites\"", "\"state\":\"ROLLED_BACK\"")
                .endsWith("]}");
    }

    @Test
    void oneThatIsNotOverInTimeGoesOnAndTheNextIsNotBegun() {
        planned(2);
        begun("r-internal", authority("r-internal", "RUNNING"));

        Ran ran = user.run("ca", "roll-over", "internal", "sites", "--yes", "--wait-seconds", "30");

        assertThat(ran.exitCode()).isEqualTo(4);
        assertThat(started()).hasSize(1);
        assertThat(ran.err())
                .contains("still under way: internal; not begun: sites")
                .contains("when it is DONE: sallyport ca roll-over sites")
                .contains("not within 30 s: rotation r-internal is at its end")
                .contains("sallyport rotate status r-internal --wait");
        assertThat(ran.out()).contains("r-internal", "RUNNING");
    }

    @Test
    void whatIsSaidToGoOnHasTheOptionsThatWereTyped() {
        user.provisioner()
                .on(START, authority("-", "PLANNED"))
                .on(START, authority("-", "PLANNED"))
                .on(START, Answer.json(201, authority("r-internal", "RUNNING")))
                .on("GET /v1/rotations/r-internal", authority("r-internal", "RUNNING"));
        String[] typed = {
            "ca",
            "-p",
            "default",
            "roll-over",
            "internal",
            "sites",
            "--accept-former-for=P60D",
            "--wave-size",
            "5",
            "--yes",
            "--wait-seconds",
            "30"
        };

        Ran stillUnderWay = user.run(typed);
        user.provisioner()
                .on("GET /v1/rotations/r-internal", authority("r-internal", "ROLLED_BACK"));
        Ran stopped = user.run(typed);

        assertThat(stillUnderWay.err().lines())
                .contains(
                        "when it is DONE: sallyport ca roll-over sites"
                                + " --accept-former-for P60D --wave-size 5 --profile default");
        assertThat(stopped.err().lines())
                .contains(
                        "to go on: sallyport ca roll-over internal sites"
                                + " --accept-former-for P60D --wave-size 5 --profile default");
    }

    @Test
    void oneThatIsRefusedOnTheWayStopsIt() {
        planned(2);
        begun("r-internal", authority("r-internal", "DONE"));
        user.provisioner()
                .on(
                        START,
                        Answer.problem(
                                409,
                                """
                                {"type":"/problems/conflict","title":"Conflict","status":409,
                                 "detail":"rotation r-other is under way"}\
                                """));

        Ran ran = user.run("ca", "roll-over", "internal", "sites", "--yes");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains("stopped at sites; it was the last")
                .contains("to go on: sallyport ca roll-over sites")
                .contains("rotation r-other is under way");
        assertThat(ran.out()).contains("r-internal", "DONE");
    }

    @Test
    void whatIsRefusedIsRefusedBeforeAnythingChanges() {
        planned(1)
                .provisioner()
                .on(
                        START,
                        Answer.problem(
                                422,
                                """
                                {"type":"/problems/invalid","title":"Invalid","status":422,
                                 "detail":"purpose: there is none of this name"}\
                                """));

        Ran ran = user.run("ca", "roll-over", "internal", "branches", "--yes");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("purpose").doesNotContain("stopped");
        assertThat(started()).isEmpty();
        assertThat(user.run("ca", "roll-over", "sites", "SITES", "--yes").exitCode()).isEqualTo(2);
        assertThat(started()).isEmpty();
    }

    @Test
    void allPlansAreShownBeforeItIsConfirmed() {
        planned(2);

        Ran dry = user.run("ca", "roll-over", "sites", "internal", "--dry-run");
        Ran refused = user.typing("no").run("ca", "roll-over", "sites", "internal");

        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out().lines().filter(line -> line.contains("PLANNED"))).hasSize(2);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().lines().filter(line -> line.contains("PLANNED"))).hasSize(2);
        assertThat(started()).isEmpty();
    }
}
