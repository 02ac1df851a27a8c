package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The script that a teleworker's computer connects by, with the machine's curl and openssl against
 * a real EST server. In the place of openconnect stands a script that says what it was told; a real
 * one is in the lab.
 */
class ConnectScriptTest {
    private static RunningProvisioner provisioner;
    private static CustomerClient customer;

    @TempDir Path directory;

    private String path;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        customer = new CustomerClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void install() throws IOException {
        JsonNode ann = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        path = "/v1/teleworkers/" + ann.get("id").textValue();
        Answer script = customer.get(path + "/connect-script");
        assertThat(script.status()).as(script.body()).isEqualTo(200);
        assertThat(script.header("content-disposition")).contains("sallyport-connect");
        Files.writeString(
                directory.resolve("sallyport-connect"),
                script.body().replace("state=/etc/", "state=" + directory + "/etc/"));
        command("openconnect", "echo \"$@\" >>\"%s/openconnect.log\"".formatted(directory));
        curl("");
        hoursLater(0);
    }

    @Test
    void enrolsAndConnects() throws Exception {
        String secret = newSecret();
        assertThat(enrol(secret).status()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials())))
                .isEqualTo("rw-------");
        assertThat(directory.resolve("etc/sallyport/teleworker/pending")).doesNotExist();
        assertThat(Files.readString(directory.resolve("curl.log"))).doesNotContain(secret);
        String enrolled = Files.readString(credentials());

        Tool.Result connected = connect("--user", "ann", "https://vpn.example/staff");
        assertThat(connected.status()).as(connected.output()).isZero();
        assertThat(Files.readString(credentials())).as("it is not time yet").isEqualTo(enrolled);
        assertThat(Files.readString(directory.resolve("openconnect.log")))
                .isEqualTo(
                        "--no-system-trust --cafile %1$s/roots.pem --certificate %1$s/credentials.pem"
                                        .formatted(credentials().getParent())
                                + " --user ann https://vpn.example/staff\n");
        Tool.Result again = enrol(secret);
        assertThat(again.status()).isNotZero();
        assertThat(again.output()).contains("HTTP 409", "used with another request");
    }

    @Test
    void renewsWhenTwoThirdsOfTheLifeAreOver() throws Exception {
        assertThat(enrol(newSecret()).status()).isZero();
        String enrolled = Files.readString(credentials());
        hoursLater(15);
        assertThat(connect("x").status()).isZero();
        assertThat(Files.readString(credentials())).isEqualTo(enrolled);
        hoursLater(16);
        Tool.Result result = connect("x");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(Files.readString(credentials())).isNotEqualTo(enrolled);
        assertThat(Files.readAllLines(directory.resolve("openconnect.log"))).hasSize(2);
        assertThat(run("status").output()).contains("ends:   20", "renews: 20");
    }

    @Test
    void connectsWithoutARenewalWhileTheCertificateIsGood() throws Exception {
        assertThat(enrol(newSecret()).status()).isZero();
        customer.post(path + "/block", "");
        hoursLater(16);
        Tool.Result result = connect("x");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("HTTP 403: the teleworker is blocked");
        hoursLater(25);
        Tool.Result ended = connect("x");
        assertThat(ended.status()).isNotZero();
        assertThat(ended.output())
                .contains("the teleworker is blocked", "has ended and was not renewed");
        assertThat(Files.readAllLines(directory.resolve("openconnect.log"))).hasSize(1);
    }

    /** And the same is asked again. */
    @Test
    void answerThatIsLostCostsNothing() throws Exception {
        String secret = newSecret();
        curl("case \"$*\" in *simple*) /usr/bin/curl \"$@\"; exit 28 ;; esac");
        assertThat(enrol(secret).status()).isNotZero();
        assertThat(credentials()).doesNotExist();
        curl("");
        assertThat(enrol(secret).status()).isZero();
        String enrolled = Files.readString(credentials());

        curl("case \"$*\" in *simple*) /usr/bin/curl \"$@\"; exit 28 ;; esac");
        assertThat(run("renew").status()).isNotZero();
        assertThat(Files.readString(credentials())).isEqualTo(enrolled);
        curl("");
        assertThat(run("renew").status()).isZero();
        assertThat(customer.get(path + "/certificates").json().get("certificates")).hasSize(2);
    }

    @Test
    void comesToTrustTheRootThatARootItTrustsVouchesFor() throws Exception {
        assertThat(enrol(newSecret()).status()).isZero();
        Path roots = credentials().resolveSibling("roots.pem");
        int before = certificates(roots);
        var _ = provisioner.bean(RootGenerations.class).next();
        assertThat(run("renew").status()).isZero();
        assertThat(certificates(roots)).isEqualTo(before + 1);
    }

    @Test
    void saysWhatItExpects() throws Exception {
        assertThat(run("").status()).isEqualTo(2);
        assertThat(connect("https://vpn.example").output()).contains("has not enrolled");
        assertThat(enrol("no \"secret").output()).contains("expected the secret");
    }

    private static int certificates(Path file) throws IOException {
        return Files.readString(file).split("-----BEGIN CERTIFICATE-----", -1).length - 1;
    }

    private Path credentials() {
        return directory.resolve("etc/sallyport/teleworker/credentials.pem");
    }

    private String newSecret() {
        return CustomerClient.created(customer.post(path + "/enrolment-secrets", "{}"))
                .get("secret")
                .textValue();
    }

    private Tool.Result enrol(String secret) throws Exception {
        return shell("echo '%s' | sh sallyport-connect enrol".formatted(secret));
    }

    private Tool.Result connect(String... arguments) throws Exception {
        return run(String.join(" ", arguments));
    }

    private Tool.Result run(String arguments) throws Exception {
        return shell("sh sallyport-connect " + arguments);
    }

    private Tool.Result shell(String command) throws Exception {
        return Tool.attempt(
                directory, "sh", "-c", "PATH=\"%s/bin:$PATH\"; %s".formatted(directory, command));
    }

    private void curl(String instead) throws IOException {
        command(
                "curl",
                "echo \"$@\" >>\"%s/curl.log\"\n%s\nexec /usr/bin/curl \"$@\""
                        .formatted(directory, instead));
    }

    private void hoursLater(int hours) throws IOException {
        command(
                "date",
                """
                case "$*" in
                  +%%s) echo $(($(/bin/date +%%s) + %d * 3600)) ;;
                  *) exec /bin/date "$@" ;;
                esac
                """
                        .formatted(hours));
    }

    private void command(String name, String script) throws IOException {
        Path file = directory.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
