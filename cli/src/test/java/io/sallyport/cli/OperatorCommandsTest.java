package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Collections;

/** Rotations, certificates and authorities. */
class OperatorCommandsTest {
    private static final String ID = "0c0c0c0c-0000-4000-8000-000000000001";
    private static final String START = "POST /v1/rotations";
    private static final String SHOW = "GET /v1/rotations/" + ID;
    private static final String CERTIFICATE = "GET /v1/certificates/4f3a";

    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @BeforeEach
    void logIn() {
        user.loggedIn();
    }

    private static String rotation(String state, String plan, String waves, String cause) {
        return """
        {"id":"%s","kind":"SITE_KEY","state":"%s","plan":[%s],"waves":[%s],"lostPackets":%s,
         "cause":%s}\
        """
                .formatted(ID, state, plan, waves, waves.isEmpty() ? "null" : "0", cause);
    }

    private static String wave(int number, String name, String state, boolean finished) {
        return """
        {"number":%d,"targets":[{"id":"t-%s","name":"%s","state":"%s","detail":null}],
         "startedAt":%s,"finishedAt":%s,"lostPackets":%s}\
        """
                .formatted(
                        number,
                        name,
                        name,
                        state,
                        state.equals("PENDING") ? "null" : "\"2026-11-22T06:00:00Z\"",
                        finished ? "\"2026-11-22T06:00:09Z\"" : "null",
                        finished ? "0" : "null");
    }

    @Test
    void whatIsNotThereIsAnsweredWithTheCommandThatListsIt() {
        assertThat(user.run("cert", "show", "4f3a").err()).contains("sallyport cert list");
        assertThat(user.run("rotate", "status", ID).err()).contains("sallyport rotate status");
        assertThat(user.run("order", "show", ID).err()).contains("sallyport order list");
        assertThat(user.run("tunnel", "show", ID).err()).contains("sallyport tunnel list --all");
        assertThat(user.run("ca", "show").err()).doesNotContain("See what there is");
    }

    @Test
    void dryRunShowsThePlanAsATable() {
        user.provisioner()
                .on(
                        START,
                        rotation(
                                "PLANNED",
                                "\"wave 1: new key at lyon\",\"wave 2: new key at metz\"",
                                wave(1, "lyon", "PENDING", false)
                                        + ","
                                        + wave(2, "metz", "PENDING", false),
                                "null"));

        Ran ran =
                user.run(
                        "rotate",
                        "start",
                        "site-key",
                        "--dry-run",
                        "--canary",
                        "1",
                        "--wave-size",
                        "5");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines().toList())
                .containsSubsequence(
                        "wave 1: new key at lyon",
                        "WAVE  TARGET  STATE    LOST  DETAIL",
                        "1     lyon    PENDING  -",
                        "2     metz    PENDING  -");
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"kind\":\"SITE_KEY\",\"dryRun\":true,\"canary\":1,\"waveSize\":5}");
    }

    @Test
    void whatNobodyCountedIsNotToldAsNone() {
        String over =
                rotation("DONE", "", wave(1, "g1", "DONE", true), "null")
                        .replace("\"lostPackets\":0", "\"lostPackets\":null");
        user.provisioner().on("GET /v1/rotations/" + ID, over);

        Ran ran = user.run("rotate", "status", ID);

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .contains("Lost packets:  not measured")
                .anyMatch(line -> line.startsWith("1     g1      DONE   not measured"));
    }

    @Test
    void planIsShownAndConfirmedBeforeAnythingChanges() {
        user.provisioner().on(START, rotation("PLANNED", "\"wave 1\"", "", "null"));

        assertThat(user.run("rotate", "start", "root").exitCode()).isEqualTo(2);
        assertThat(user.typing("no").run("rotate", "start", "root").exitCode()).isEqualTo(2);

        assertThat(user.provisioner().requests().stream().filter(r -> r.line().equals(START)))
                .isNotEmpty()
                .allMatch(request -> request.body().contains("\"dryRun\":true"));
    }

    @Test
    void rotationIsFollowedWaveByWave() {
        user.watched()
                .provisioner()
                .on(
                        START,
                        Answer.json(
                                201,
                                rotation(
                                        "RUNNING",
                                        "",
                                        wave(1, "lyon", "RENEWING", false)
                                                + ","
                                                + wave(2, "metz", "PENDING", false),
                                        "null")))
                .on(
                        SHOW,
                        rotation(
                                "RUNNING",
                                "",
                                wave(1, "lyon", "VERIFIED", true)
                                        + ","
                                        + wave(2, "metz", "RENEWING", false),
                                "null"))
                .on(
                        SHOW,
                        rotation(
                                "DONE",
                                "",
                                wave(1, "lyon", "VERIFIED", true)
                                        + ","
                                        + wave(2, "metz", "VERIFIED", true),
                                "null"));

        Ran ran = user.run("rotate", "start", "site-key", "-t", "t-lyon,t-metz", "--yes", "--wait");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err().lines())
                .containsExactly(
                        "wave 1 of 2: 1 to change",
                        "  lyon: RENEWING",
                        "  lyon: VERIFIED",
                        "wave 1 of 2: over, lost packets: 0",
                        "wave 2 of 2: 1 to change",
                        "  metz: RENEWING",
                        "  metz: VERIFIED",
                        "wave 2 of 2: over, lost packets: 0");
        assertThat(ran.out()).contains("DONE", "Lost packets:  0");
        assertThat(user.provisioner().requests().stream().filter(r -> r.line().equals(START)))
                .singleElement()
                .satisfies(
                        request ->
                                assertThat(request.body())
                                        .contains("\"targets\":[\"t-lyon\",\"t-metz\"]"));
    }

    @Test
    void rotationThatWasStoppedIsAFailureWithItsCause() {
        user.provisioner()
                .on(
                        SHOW,
                        rotation(
                                "ROLLED_BACK",
                                "",
                                wave(1, "lyon", "FAILED", true),
                                "\"lyon does not carry\""));

        Ran ran = user.run("rotate", "status", ID, "--wait");

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.err()).contains("is ROLLED_BACK: lyon does not carry");
        assertThat(user.run("rotate", "status", ID).exitCode()).isZero();
    }

    @Test
    void rotationIsFollowedForAsLongAsItsWavesMayTake() {
        String running = rotation("RUNNING", "", wave(1, "lyon", "RENEWING", false), "null");
        Answer[] fourTimes =
                Collections.nCopies(4, Answer.json(200, running)).toArray(Answer[]::new);
        user.pausingFor(Duration.ofSeconds(2_500))
                .provisioner()
                .on(START, Answer.json(201, running))
                .on(SHOW, fourTimes)
                .on(SHOW, rotation("DONE", "", wave(1, "lyon", "VERIFIED", true), "null"));

        // A branch that asks every hour may take 7,500 s; here it takes the whole of them.
        Ran ran = user.run("rotate", "start", "site-key", "--yes", "--wait");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("DONE");
    }

    @Test
    void whoeverStopsFollowingARotationIsToldHowToGoOn() {
        user.pausingFor(Duration.ofSeconds(2_500))
                .provisioner()
                .on(
                        SHOW,
                        rotation(
                                "RUNNING",
                                "",
                                wave(1, "lyon", "RENEWING", false)
                                        + ","
                                        + wave(2, "metz", "PENDING", false),
                                "null"));

        Ran itself = user.run("rotate", "status", ID, "--wait");
        Ran typed = user.run("rotate", "status", ID, "--wait", "--wait-seconds", "30");

        assertThat(itself.exitCode()).isEqualTo(4);
        assertThat(itself.err())
                .contains("not within 30000 s: rotation %s is at its end".formatted(ID))
                .contains("sallyport rotate status %s --wait".formatted(ID));
        assertThat(typed.exitCode()).isEqualTo(4);
        assertThat(typed.err())
                .contains("not within 30 s: rotation %s is at its end".formatted(ID))
                .contains("sallyport rotate status %s --wait".formatted(ID));
    }

    @Test
    void rotationsAreListedAndAborted() {
        user.provisioner()
                .on(
                        "GET /v1/rotations",
                        "{\"rotations\":[%s]}".formatted(rotation("RUNNING", "", "", "null")))
                .on("POST /v1/rotations/%s/abort".formatted(ID), Answer.json(202, ""))
                .on(SHOW, rotation("ABORTED", "", "", "\"asked for\""));

        assertThat(user.run("rotate", "status").out()).contains(ID, "SITE_KEY", "RUNNING");
        assertThat(user.run("rotate", "abort", ID).out()).contains("ABORTED", "asked for");
    }

    @Test
    void whoBeganAndWhoAbortedIsShown() {
        user.provisioner()
                .on(
                        SHOW,
                        rotation("ABORTED", "", "", "\"asked for\"")
                                .replace(
                                        "{\"id\"",
                                        "{\"begunBy\":\"operator, token 0123456789ab\","
                                                + "\"abortedBy\":\"operator, token ba9876543210\","
                                                + "\"id\""));

        assertThat(user.run("rotate", "status", ID).out())
                .containsPattern("Begun by: +operator, token 0123456789ab")
                .containsPattern("Aborted by: +operator, token ba9876543210");
    }

    @Test
    void authoritiesAreShown() {
        user.provisioner()
                .on(
                        "GET /v1/authorities",
                        """
                        {"authorities":[{"purpose":"SITES","subject":"CN=sites 1",
                         "notAfter":"2031-01-01T00:00:00Z","state":"CURRENT","sha256":"ab12",
                         "issued":7},
                         {"purpose":"SITES","subject":"CN=sites 0",
                         "notAfter":"2030-01-01T00:00:00Z","state":"RETIRED","sha256":"cd34",
                         "acceptedUntil":"2026-12-01T00:00:00Z","issued":9}]}\
                        """);

        assertThat(user.run("ca", "show").out().lines())
                .containsExactly(
                        "PURPOSE  STATE    ACCEPTED UNTIL        NOT AFTER             ISSUED"
                                + "  SUBJECT     SHA-256",
                        "SITES    CURRENT  -                     2031-01-01 00:00:00Z  7     "
                                + "  CN=sites 1  ab12",
                        "SITES    RETIRED  2026-12-01 00:00:00Z  2030-01-01 00:00:00Z  9     "
                                + "  CN=sites 0  cd34");
    }

    @Test
    void rollOverIsARotationOfThatAuthority() {
        user.provisioner().on(START, Answer.json(201, rotation("RUNNING", "", "", "null")));

        assertThat(user.run("ca", "roll-over", "sites", "--yes").exitCode()).isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"kind\":\"ISSUING_CA\",\"purpose\":\"SITES\",\"dryRun\":false}");
        assertThat(
                        user.run("ca", "roll-over", "sites", "--accept-former-for", "P2D", "--yes")
                                .exitCode())
                .isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .contains("\"acceptFormerFor\":\"PT48H\"");
        assertThat(user.run("ca", "roll-over", "root", "--yes").exitCode()).isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"kind\":\"ROOT\",\"dryRun\":false}");
    }

    @Test
    void certificatesAreFoundHoweverTheirSerialIsWritten() {
        user.provisioner()
                .on(CERTIFICATE, certificate("VALID", "null"))
                .on(
                        "GET /v1/certificates?purpose=TLS_CLIENT&limit=500",
                        "{\"certificates\":[%s]}".formatted(certificate("VALID", "null")));

        assertThat(user.run("cert", "show", "00:4F:3A").out()).contains("lyon.customer", "VALID");
        assertThat(user.run("cert", "list", "--purpose", "tls-client").out()).contains("4f3a");
        assertThat(user.run("cert", "list", "--purpose", "tls-client", "--state", "revoked").out())
                .doesNotContain("4f3a");
        assertThat(user.run("cert", "show", "../tokens").exitCode()).isEqualTo(2);
    }

    @Test
    void revocationIsConfirmedAndCarriesItsReason() {
        String revoke = "POST /v1/certificates/4f3a/revocation";
        user.provisioner()
                .on(CERTIFICATE, certificate("VALID", "null"))
                .on(revoke, certificate("REVOKED", "\"KEY_COMPROMISE\""));

        assertThat(user.run("cert", "revoke", "4f3a", "--reason", "key-compromise").exitCode())
                .isEqualTo(2);
        assertThat(user.provisioner().lines()).doesNotContain(revoke);
        Ran ran = user.run("cert", "revoke", "4f3a", "--reason", "key-compromise", "--yes");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("REVOKED", "KEY_COMPROMISE");
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"reason\":\"KEY_COMPROMISE\"}");
    }

    @Test
    void renewalIsARotationOfTheHolder() {
        user.provisioner()
                .on(CERTIFICATE, certificate("VALID", "null"))
                .on("GET /v1/concentrators", "{\"concentrators\":[]}")
                .on(
                        "GET /v1/gateways",
                        "{\"gateways\":[{\"id\":\"g-1\",\"identity\":\"lyon.customer\"}]}")
                .on(START, Answer.json(201, rotation("RUNNING", "", "", "null")));

        assertThat(user.run("cert", "renew", "4f3a", "--yes").exitCode()).isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"kind\":\"GATEWAY_KEY\",\"targets\":[\"g-1\"],\"dryRun\":false}");
    }

    @Test
    void branchOfACertificateIsFoundInThePlanOfARotation() {
        user.provisioner()
                .on(CERTIFICATE, certificate("VALID", "null"))
                .on("GET /v1/concentrators", "{\"concentrators\":[]}")
                .on("GET /v1/gateways", "{\"gateways\":[]}")
                .on(
                        START,
                        rotation("PLANNED", "", wave(1, "lyon.customer", "PENDING", false), "null"))
                .on(START, Answer.json(201, rotation("RUNNING", "", "", "null")));

        assertThat(user.run("cert", "renew", "4f3a", "--yes").exitCode()).isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo(
                        "{\"kind\":\"SITE_KEY\",\"targets\":[\"t-lyon.customer\"],\"dryRun\":false}");
    }

    private static String certificate(String state, String reason) {
        return """
        {"serial":"4f3a","purpose":"SITES","identity":"lyon.customer",
         "notBefore":"2026-11-01T00:00:00Z","notAfter":"2027-01-30T00:00:00Z","state":"%s",
         "revokedAt":null,"reason":%s}\
        """
                .formatted(state, reason);
    }
}
