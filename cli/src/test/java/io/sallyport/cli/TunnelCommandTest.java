package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class TunnelCommandTest {
    private static final String ID = "0b0b0b0b-0000-4000-8000-000000000001";
    private static final String OTHER = "0b0b0b0b-0000-4000-8000-000000000002";
    private static final String DELETE = "DELETE /v1/tunnels/" + ID;
    private static final String CONFIGURATION =
            "GET /v1/tunnels/%s/device-configuration".formatted(ID);

    @RegisterExtension private final CommandFixture user = new CommandFixture();

    private static String tunnel(String id, String branch, String state, String carryingCause) {
        return """
        {"id":"%s","order":"0a0a0a0a-0000-4000-8000-000000000001","branch":"%s",
         "identity":"%s.customer.sallyport.internal","state":"%s","concentrator":"paris-1",
         "protectedNetworks":["10.20.1.0/24"],"probeAddress":"100.64.0.1",
         "certificate":{"serialNumber":"4f3a","notBefore":"2026-11-01T00:00:00Z",
          "notAfter":"2027-01-30T00:00:00Z","revoked":true,"renewal":"LATE",
          "renewalDueFrom":"2026-12-31T00:00:00Z"},
         "truths":{"ordered":{"holds":"YES","since":"2026-11-22T05:00:00Z","cause":"ordered"},
          "loaded":{"holds":"YES","since":"2026-11-22T05:00:01Z","cause":"charon has it"},
          "established":{"holds":"NO","since":null,"cause":"the branch has not dialled"},
          "carrying":{"holds":"UNKNOWN","since":null,"cause":"%s"}},
         "problem":null,"securityAssociation":null,"somethingNew":{"of":"a later release"}}\
        """
                .formatted(id, branch, branch, state, carryingCause);
    }

    private void one(String state) {
        user.loggedIn()
                .provisioner()
                .on("GET /v1/tunnels/" + ID, tunnel(ID, "lyon", state, "no probe"))
                .on(
                        "GET /v1/tunnels?limit=500",
                        "{\"tunnels\":[%s],\"next\":null}"
                                .formatted(tunnel(ID, "lyon", state, "no probe")));
    }

    @Test
    void tunnelsOfAllPagesAreListedWithTheirTruths() {
        user.loggedIn()
                .provisioner()
                .on(
                        "GET /v1/tunnels?limit=500",
                        "{\"tunnels\":[%s],\"next\":\"%s\"}"
                                .formatted(tunnel(ID, "lyon", "ACTIVE", ""), ID))
                .on(
                        "GET /v1/tunnels?limit=500&after=" + ID,
                        "{\"tunnels\":[%s],\"next\":null}"
                                .formatted(tunnel(OTHER, "metz", "ENDED", "")));

        assertThat(user.run("tunnel", "list").out().lines())
                .containsExactly(
                        "BRANCH  STATE   ORDERED  LOADED  ESTABLISHED  CARRYING  NETWORKS     "
                                + " CONCENTRATOR  TUNNEL",
                        "lyon    ACTIVE  YES      YES     NO           UNKNOWN   10.20.1.0/24 "
                                + " paris-1       "
                                + ID);
        assertThat(user.run("tunnel", "list", "--all").out()).contains("metz");
    }

    @Test
    void pagesThatDoNotEndAreNotFollowedForEver() {
        user.loggedIn()
                .provisioner()
                .on("GET /v1/tunnels?limit=500", "{\"tunnels\":[],\"next\":\"x\"}")
                .on("GET /v1/tunnels?limit=500&after=x", "{\"tunnels\":[],\"next\":\"x\"}");

        Ran ran = user.run("tunnel", "list");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err()).contains("do not end");
    }

    @Test
    void tunnelIsFoundByTheNameOfItsBranch() {
        one("ACTIVE");

        Ran ran = user.run("tunnel", "show", "lyon");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("lyon.customer.sallyport.internal", "the branch has not dialled")
                .contains("4f3a", "2027-01-30 00:00:00Z, revoked", "LATE");
        assertThat(user.run("tunnel", "show", "nantes").err())
                .contains("no tunnel that stands is for a branch 'nantes'");
    }

    @Test
    void jsonIsTheDocumentOfTheApi() {
        one("ACTIVE");

        assertThat(user.run("tunnel", "show", ID, "-o", "json").out())
                .startsWith("{\n  \"id\" : \"" + ID)
                .contains("\"of\" : \"a later release\"");
    }

    @Test
    void whatATerminalWouldObeyIsShownInstead() {
        String attack =
                "\\u001b]0;owned\\u0007 \\u009b31m \\u202egnp.exe \\u2028 \\ud800 \\u007f\\n";
        user.loggedIn()
                .provisioner()
                .on("GET /v1/tunnels/" + ID, tunnel(ID, "lyon", "ACTIVE", attack));

        Ran people = user.run("tunnel", "show", ID);
        Ran programs = user.run("tunnel", "show", ID, "-o", "json");

        assertThat(people.out())
                .contains(
                        "\\u001b]0;owned\\u0007 \\u009b31m \\u202egnp.exe \\u2028 \\ud800"
                                + " \\u007f\\u000a");
        for (Ran ran : new Ran[] {people, programs}) {
            assertThat(ran.out().codePoints())
                    .allMatch(point -> point == '\n' || (point >= ' ' && point <= '~'));
        }
    }

    @Test
    void refusalIsMadePrintableToo() {
        user.loggedIn()
                .provisioner()
                .on(
                        "GET /v1/tunnels/" + ID,
                        Answer.problem(409, "{\"title\":\"x\",\"detail\":\"\\u001b[2J\\r\"}"));

        assertThat(user.run("tunnel", "show", ID).err())
                .isEqualTo("sallyport: refused: \\u001b[2J\\u000d\n");
    }

    @Test
    void filesAreWrittenWithTheirModesBelowTheDirectory() throws IOException {
        one("ACTIVE");
        user.provisioner()
                .on(
                        CONFIGURATION,
                        configuration(
                                "{\"path\":\"/etc/sallyport/setup.sh\",\"mode\":\"0755\",\"content\":\"#!/bin/sh\\n"
                                    + "\"},{\"path\":\"/etc/swanctl/pkcs12/k.p12\",\"mode\":\"0600\",\"base64\":\"AAEC\"}"));
        Path directory = user.home().resolve("new/lyon");

        Ran ran = user.run("tunnel", "configuration", "lyon", "-d", directory.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("/etc/sallyport/setup.sh on the device", "0600  /etc/swanctl");
        assertThat(directory.resolve("etc/sallyport/setup.sh")).content().isEqualTo("#!/bin/sh\n");
        assertThat(directory.resolve("etc/swanctl/pkcs12/k.p12"))
                .hasBinaryContent(new byte[] {0, 1, 2});
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("etc/sallyport/setup.sh"))).isEqualTo("rwxr-xr-x");
        assertThat(mode(directory.resolve("etc/swanctl/pkcs12/k.p12"))).isEqualTo("rw-------");
        assertThat(ran.out() + ran.err()).doesNotContain("AAEC", "opens-it");
        assertThat(user.provisioner().requests().getLast().header("Prefer")).isEqualTo("wait=30");
    }

    @Test
    void keyIsNotFetchedWhenItCannotBeWritten() throws IOException {
        one("ACTIVE");
        Path directory = Files.createDirectory(user.home().resolve("lyon"));
        Files.writeString(directory.resolve("file"), "");

        Ran ran = user.run("tunnel", "configuration", ID, "-d", directory.toString());

        assertThat(ran.exitCode()).isEqualTo(6);
        assertThat(ran.err()).contains("is not empty", "--overwrite");
        assertThat(user.provisioner().lines()).doesNotContain(CONFIGURATION);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/../../outside, 0600",
        "etc/relative, 0600",
        "/etc//double, 0600",
        "/, 0600",
        "/etc/a\\nb, 0600",
        "/etc/file, 4755",
        "/etc/file, rw",
    })
    void filesThatWouldLeaveTheDirectoryAreNotWritten(String path, String mode) throws IOException {
        one("ACTIVE");
        user.provisioner()
                .on(
                        CONFIGURATION,
                        configuration(
                                "{\"path\":\"%s\",\"mode\":\"%s\",\"content\":\"\"}"
                                        .formatted(path, mode)));
        Path directory = user.home().resolve("lyon");

        Ran ran = user.run("tunnel", "configuration", ID, "-d", directory.toString());

        assertThat(ran.exitCode()).isEqualTo(3);
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void linkInTheDirectoryIsNotFollowed() throws IOException {
        one("ACTIVE");
        Path outside = Files.createDirectory(user.home().resolve("outside"));
        Path directory = Files.createDirectory(user.home().resolve("lyon"));
        Files.createSymbolicLink(directory.resolve("etc"), outside);
        user.provisioner()
                .on(
                        CONFIGURATION,
                        configuration("{\"path\":\"/etc/a\",\"mode\":\"0600\",\"content\":\"\"}"));

        Ran ran =
                user.run("tunnel", "configuration", ID, "-d", directory.toString(), "--overwrite");

        assertThat(ran.exitCode()).isEqualTo(6);
        assertThat(ran.err()).contains("The key was in this answer");
        try (var files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void secretForADeviceIsMadeAndShown() {
        String make = "POST /v1/tunnels/%s/enrolment-secrets".formatted(ID);
        user.loggedIn()
                .provisioner()
                .on(
                        make,
                        Answer.json(
                                201,
                                """
                                {"username":"lyon.customer.sallyport.internal","secret":"once-only",
                                 "expiresAt":"2026-11-22T08:00:00Z","estUrl":"https://est:8445"}
                                """));

        Ran ran = user.run("tunnel", "enrolment-secret", ID, "--hours", "2");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("once-only", "https://est:8445", "2026-11-22 08:00:00Z", "this once");
        assertThat(user.provisioner().requests().getLast().body())
                .isEqualTo("{\"validFor\":\"PT2H\"}");
    }

    @Test
    void endIsAskedForAndWaitedFor() {
        one("ACTIVE");
        user.provisioner()
                .on(DELETE, Answer.json(202, tunnel(ID, "lyon", "ENDING", "")))
                .on("GET /v1/tunnels/" + ID, tunnel(ID, "lyon", "ENDING", ""))
                .on("GET /v1/tunnels/" + ID, tunnel(ID, "lyon", "ENDED", ""));

        Ran refused = user.typing("n").run("tunnel", "end", "lyon");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(user.run("tunnel", "end", ID).err()).contains("Add --yes.");
        assertThat(user.provisioner().lines()).doesNotContain(DELETE);

        Ran ran = user.run("tunnel", "end", ID, "--yes", "--wait");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("ENDED");
    }

    @Test
    void availabilityIsOfThePastThirtyDaysUnlessToldOtherwise() {
        one("ACTIVE");
        user.provisioner()
                .on(
                        "GET /v1/tunnels/%s/availability?from=2026-10-23T06%%3A00%%3A00Z&to=2026-11-22T06%%3A00%%3A00Z"
                                .formatted(ID),
                        """
                        {"from":"2026-11-22T05:00:00Z","to":"2026-11-22T06:00:00Z",
                         "upSeconds":3590.000000,"downSeconds":10.5,"unobservedSeconds":0,
                         "availability":"0.99708",
                         "outages":[{"from":"2026-11-22T05:10:00Z","to":"2026-11-22T05:10:10Z",
                          "cause":"the peer did not answer"}]}\
                        """);

        Ran ran = user.run("tunnel", "availability", ID);

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("0.99708", "the peer did not answer", "2026-11-22 05:10:00Z");
        assertThat(user.run("tunnel", "availability", ID, "--from", "yesterday").exitCode())
                .isEqualTo(2);
    }

    private static String configuration(String files) {
        return """
        {"family":"strongswan","files":[%s],"setupScript":"/etc/sallyport/setup.sh",
         "pkcs12":{"base64":"AAEC","password":"opens-it"}}\
        """
                .formatted(files);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
