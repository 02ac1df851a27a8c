package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.NextAuthority;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The script that a branch's device renews with, against a real EST server. Its paths are below a
 * temporary directory; in the place of swanctl stands a script that says what charon would, and of
 * sleep one that does not. A real charon is in the lab.
 */
class RenewalScriptTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    // The number of the SA changes with each authentication.
    private static final String CHARON_THAT_TAKES_IT =
            """
            echo "$@" >>"%1$s/swanctl.log"
            case "$*" in
              *--list-sas*) echo "tunnel-x: #$(cat "%1$s/sa"), ESTABLISHED, IKEv2"; echo "  lan: #1, INSTALLED" ;;
              *--reauth*) echo 2 >"%1$s/sa" ;;
            esac
            """;
    private static final String CHARON_THAT_DOES_NOT =
            """
            case "$*" in
              *--list-sas*) echo "tunnel-x: #1, ESTABLISHED, IKEv2"; echo "  lan: #1, INSTALLED" ;;
            esac
            """;

    private static final String CHARON_TIED_TO_A_ROOT =
            """
            echo "$@" >>"%1$s/swanctl.log"
            case "$*" in
              *--list-conns*) sed -n 's/^connection=\\(.*\\)$/\\1: IKEv2/p' "%1$s/etc/sallyport/renew.sh"; echo "    cacerts: CN=Root" ;;
            esac
            """;

    private static RunningProvisioner provisioner;
    private static OrderClient customer;

    @TempDir Path directory;

    private BranchDevice device;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void install() throws IOException {
        int number = COUNT.incrementAndGet();
        device =
                BranchDevice.ordered(
                        customer, "script-" + number, "10.1.%d.0/24".formatted(number));
        JsonNode configuration =
                customer.get(
                                "/v1/tunnels/%s/device-configuration?early=true"
                                        .formatted(device.id()))
                        .json();
        for (JsonNode file : configuration.get("files")) {
            Path path = onDevice(file.get("path").textValue());
            Files.createDirectories(path.getParent());
            if (file.has("base64")) {
                Files.write(path, file.get("base64").binaryValue());
            } else {
                Files.writeString(
                        path,
                        file.get("content")
                                .textValue()
                                .replaceAll("(?m)(=|^| )/etc/", "$1" + directory + "/etc/"));
            }
        }
        Files.createDirectories(onDevice("/etc/swanctl/private"));
        Files.writeString(directory.resolve("sa"), "1\n");
        command("sleep", "");
        charon(CHARON_THAT_TAKES_IT);
    }

    @Test
    void doesNothingBeforeItIsTime() throws Exception {
        String before = certificate();
        assertThat(renew("").status()).isZero();
        assertThat(certificate()).isEqualTo(before);
    }

    /** What follows from the fingerprint is put at the ends of its range. */
    @Test
    void renewsFromTwoThirdsOfTheLifeAndUpToATwelfthLater() throws Exception {
        X509Certificate present = Pem.certificates(certificate()).getFirst();
        long from = present.getNotBefore().toInstant().getEpochSecond();
        long life = present.getNotAfter().toInstant().getEpochSecond() - from;
        // It begins an hour before it was issued.
        assertThat(life).isEqualTo(Duration.ofDays(90).plusHours(1).toSeconds());
        long own = renewalTime();
        assertThat(own).isBetween(from + life * 2 / 3, from + life * 2 / 3 + life / 12);
        assertThat(renewalTime()).as("the next time").isEqualTo(own);

        checksum(0);
        assertThat(renewalTime()).isEqualTo(from + life * 2 / 3);
        checksum(life / 12 + 1);
        assertThat(renewalTime()).isEqualTo(from + life * 2 / 3);
        checksum(life / 12);
        long latest = from + life * 2 / 3 + life / 12;
        assertThat(renewalTime()).isEqualTo(latest);

        String before = certificate();
        clock(latest - 1);
        assertThat(renew("").status()).isZero();
        assertThat(certificate()).isEqualTo(before);
        clock(latest);
        Tool.Result result = renew("");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(certificate()).isNotEqualTo(before);
    }

    @Test
    void branchesDoNotComeAllAtOnce() throws Exception {
        Set<Long> shares = new HashSet<>();
        for (int renewal = 0; renewal < 3; renewal++) {
            Instant from = Pem.certificates(certificate()).getFirst().getNotBefore().toInstant();
            shares.add(renewalTime() - from.getEpochSecond());
            Files.writeString(directory.resolve("sa"), "1\n");
            Tool.Result result = renew("now");
            assertThat(result.status()).as(result.output()).isZero();
        }
        assertThat(shares).as("each of a range of 7.5 days, by its fingerprint").hasSize(3);
    }

    /** As the script says it: the second from which on it renews. */
    private long renewalTime() throws Exception {
        Tool.Result status = renew("status");
        assertThat(status.status()).as(status.output()).isZero();
        return Instant.parse(
                        status.output()
                                .lines()
                                .filter(line -> line.startsWith("renews: "))
                                .findFirst()
                                .orElseThrow()
                                .substring("renews: ".length()))
                .getEpochSecond();
    }

    private void checksum(long says) throws IOException {
        command("cksum", "cat >/dev/null\necho %d 96\n".formatted(says));
    }

    /** What the device takes for the present second; it goes on calculating with others. */
    private void clock(long second) throws IOException {
        command(
                "date",
                "case \"$*\" in +%%s) echo %d ;; *) exec /bin/date \"$@\" ;; esac\n"
                        .formatted(second));
    }

    @Test
    void renewsAtOnceAndChangesOver() throws Exception {
        String before = certificate();
        Tool.Result result = renew("now");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(certificate()).isNotEqualTo(before);
        assertNewCertificateIsInPlace();
        assertThat(Files.readString(directory.resolve("swanctl.log")))
                .containsSubsequence("--load-creds", "--reauth", "--load-creds --clear");

        Files.writeString(directory.resolve("sa"), "1\n");
        String renewed = certificate();
        assertThat(renew("now").status()).as("with the key that it made itself").isZero();
        assertThat(certificate()).isNotEqualTo(renewed);
    }

    /** Long before anything of it is met, and each once. */
    @Test
    void takesOverTheAuthoritiesThatItIsToldOf() throws Exception {
        Path own = onDevice("/etc/swanctl/x509ca/sallyport-stranger.pem");
        Files.copy(onDevice("/etc/swanctl/x509/sallyport.pem"), own);
        var next = provisioner.bean(AuthorityGenerations.class).next(AuthorityProfile.SITES);
        String name = ((NextAuthority.There) next).name();
        for (int run = 0; run < 2; run++) {
            Tool.Result result = renew("");
            assertThat(result.status()).as(result.output()).isZero();
            assertThat(authorities()).filteredOn(it -> it.contains(name)).hasSize(1);
            assertThat(authorities())
                    .as("present and next")
                    .filteredOn(it -> it.contains("Sites"))
                    .hasSize(2);
        }
        assertThat(own).as("what nobody tells of").doesNotExist();
        assertThat(Files.readString(directory.resolve("swanctl.log")))
                .containsOnlyOnce("--load-creds");
    }

    private List<String> authorities() throws Exception {
        return Tool.attempt(
                        directory,
                        "sh",
                        "-c",
                        "for file in etc/swanctl/x509ca/*; do openssl x509 -in $file -noout"
                                + " -subject; done")
                .output()
                .lines()
                .toList();
    }

    /** As when another root follows: it knows the former one alone, and hears of the next by it. */
    @Test
    void comesToTrustTheRootThatARootItTrustsVouchesFor() throws Exception {
        Path former = onDevice("/etc/swanctl/x509ca/sallyport-root.pem");
        NextAuthority next = provisioner.bean(RootGenerations.class).next();
        String folder = ((NextAuthority.There) next).name();
        String fingerprint = provisioner.bean(RootGenerations.class).fingerprint(folder);
        charon(CHARON_TIED_TO_A_ROOT);
        Tool.Result tied = renew("");
        assertThat(tied.status()).as(tied.output()).isZero();
        assertThat(roots()).hasSize(2);
        assertThat(tells("")).as("a connection that takes one of them alone").isFalse();
        charon(CHARON_THAT_TAKES_IT);
        Tool.Result result = renew("");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(roots()).hasSize(2);
        assertThat(
                        tells(
                                " AND cardinality(fingerprints) = 2 AND '%s' = ANY (fingerprints)"
                                        .formatted(fingerprint)))
                .isTrue();
        assertThat(authorities())
                .as("what vouches is not for charon")
                .hasSize(2 + provisionersSites());

        // A stranger's root of the same name, and one that is told no more.
        Path stranger = onDevice("/etc/swanctl/x509ca/sallyport-stranger.pem");
        Tool.run(
                directory,
                "sh",
                "-ec",
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout"
                        + " stranger.key -days 9 -subj '/CN=Sallyport Root CA 00000000' -out "
                        + stranger);
        assertThat(renew("").status()).isZero();
        assertThat(stranger).doesNotExist();
        assertThat(former).exists();
        Tool.Result renewed = renew("now");
        assertThat(renewed.status()).as(renewed.output()).isZero();
    }

    private static int provisionersSites() {
        return provisioner.bean(TrustedCertificates.class).accepted(AuthorityProfile.SITES).size();
    }

    private List<String> roots() throws Exception {
        return authorities().stream().filter(it -> it.contains("Root")).toList();
    }

    private boolean tells(String what) {
        return new Rows(provisioner)
                        .count("branch_trust WHERE tunnel = '%s'%s".formatted(device.id(), what))
                == 1;
    }

    @Test
    void renewsWhenItIsAskedTo() throws Exception {
        String before = certificate();
        new Rows(provisioner)
                .change(
                        "INSERT INTO tunnel_renewal_wish (tunnel, wanted_at) VALUES (?, now())",
                        device.id());
        Tool.Result result = renew("");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(certificate()).isNotEqualTo(before);
    }

    @Test
    void takesTheFormerCertificateBackWhenTheConcentratorDoesNotTakeTheNewOne() throws Exception {
        charon(CHARON_THAT_DOES_NOT);
        String before = certificate();
        Tool.Result result = renew("now");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("the former one is in use again");
        assertThat(certificate()).isEqualTo(before);
        assertThat(onDevice("/etc/swanctl/pkcs12/sallyport.p12")).exists();
        assertThat(onDevice("/etc/swanctl/conf.d/sallyport-secrets.conf")).exists();
        assertThat(onDevice("/etc/swanctl/private/sallyport-next.pem")).doesNotExist();

        charon(CHARON_THAT_TAKES_IT);
        assertThat(renew("now").status()).as("the next time").isZero();
        assertThat(certificate()).isNotEqualTo(before);
    }

    @Test
    void goesOnAfterAPowerCut() throws Exception {
        // It happens while charon authenticates anew: the script ends there.
        charon(
                "case \"$*\" in *--reauth*) kill -9 $PPID ;; *--list-sas*) echo ': #1, ESTABLISHED'"
                        + " ;; esac");
        String before = certificate();
        assertThat(renew("now").status()).isNotZero();
        assertThat(certificate()).as("the new one is there, and its key").isNotEqualTo(before);
        assertThat(onDevice("/etc/swanctl/private/sallyport-next.pem")).exists();

        charon(CHARON_THAT_TAKES_IT);
        String changed = certificate();
        Tool.Result result = renew("");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(certificate()).isEqualTo(changed);
        assertNewCertificateIsInPlace();
    }

    @Test
    void enrolsWithASecretFromItsInput() throws Exception {
        Files.delete(onDevice("/etc/swanctl/pkcs12/sallyport.p12"));
        String before = certificate();
        Tool.Result refused = renew("enrol", "A".repeat(43));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("HTTP 401", "no certificate was issued");
        assertThat(certificate()).isEqualTo(before);

        Tool.Result result = renew("enrol", device.newSecret());
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(certificate()).isNotEqualTo(before);
        assertNewCertificateIsInPlace();
    }

    private void assertNewCertificateIsInPlace() throws Exception {
        assertThat(device.view().at("/certificate/serialNumber").textValue())
                .isEqualTo(
                        Pem.certificates(certificate()).getFirst().getSerialNumber().toString(16));
        assertThat(
                        Tool.run(
                                directory,
                                "sh",
                                "-ec",
                                "openssl pkey -in etc/swanctl/private/sallyport.pem -pubout"))
                .isEqualTo(
                        Tool.run(
                                directory,
                                "sh",
                                "-ec",
                                "openssl x509 -in etc/swanctl/x509/sallyport.pem -noout -pubkey"));
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        onDevice("/etc/swanctl/private/sallyport.pem"))))
                .isEqualTo("rw-------");
        assertThat(onDevice("/etc/swanctl/pkcs12/sallyport.p12")).doesNotExist();
        assertThat(onDevice("/etc/swanctl/conf.d/sallyport-secrets.conf")).doesNotExist();
        assertThat(onDevice("/etc/sallyport/renewal/pending")).doesNotExist();
        assertThat(onDevice("/etc/sallyport/renewal/former")).doesNotExist();
    }

    private Tool.Result renew(String mode) throws Exception {
        return renew(mode, "");
    }

    private Tool.Result renew(String mode, String input) throws Exception {
        return Tool.attempt(
                directory,
                "sh",
                "-c",
                "echo '%s' | PATH=\"%s/bin:$PATH\" sh etc/sallyport/renew.sh %s"
                        .formatted(input, directory, mode));
    }

    private String certificate() throws IOException {
        return Files.readString(onDevice("/etc/swanctl/x509/sallyport.pem"));
    }

    private void charon(String script) throws IOException {
        command("swanctl", script.replace("%1$s", directory.toString()));
    }

    private void command(String name, String script) throws IOException {
        Path file = directory.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Path onDevice(String path) {
        return directory.resolve(path.substring(1));
    }
}
