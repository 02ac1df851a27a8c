package io.sallyport.provisioner.authority;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.Provisioner;
import io.sallyport.provisioner.SteppedProgram;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a process of the ceremony leaves when it is killed, before each change that it makes on the
 * disk; its successor is asked the same.
 */
class CeremonySurvivesKillTest {
    private static final String REQUEST = "request --out HERE/medium";
    private static final String IMPORT = "import --certificates HERE/medium";

    /** The root's and those of four authorities. */
    private static final int CERTIFICATES = 5;

    @TempDir private Path directory;

    /** What is there before the process that is killed. */
    private Path before;

    @BeforeEach
    void prepare() throws IOException {
        before = Files.createDirectory(directory.resolve("before"));
        Files.createDirectory(before.resolve("medium"));
        Files.createDirectory(before.resolve("safe"));
        Files.writeString(directory.resolve("password"), "of the issuing ones\n");
        Files.writeString(directory.resolve("secret"), "1234-5678\n");
    }

    @Test
    void keysAreNotMadeTwice() throws Exception {
        List<Path> left = left(ceremony(REQUEST));
        for (Path here : left) {
            Map<Path, String> keys = files(here.resolve("data/ca/pending"));
            give(here, REQUEST);
            Map<Path, String> complete = files(here.resolve("data/ca/pending"));
            assertThat(complete).containsAllEntriesOf(keys).hasSize(8);
            assertThat(files(here.resolve("medium")).values())
                    .hasSize(4)
                    .allMatch(complete.values()::contains);
        }
        assertThat(left).hasSizeGreaterThan(4 * 4);
    }

    @Test
    void rootStaysAndEachOfItsCertificatesIsInATranscript() throws Exception {
        give(before, REQUEST);
        List<Path> left = left(ceremony(sign("first")));
        for (Path here : left) {
            assertFinished(here, sign("second"), "medium", CERTIFICATES, "safe");
            give(here, IMPORT);
        }
        assertThat(left).hasSizeGreaterThan(4 * CERTIFICATES);
    }

    @Test
    void nextRootStaysAndEachOfItsCertificatesIsInATranscript() throws Exception {
        give(before, REQUEST);
        give(before, sign("of-the-first-root"));
        List<Path> left = left(ceremony(nextRoot("first")));
        for (Path here : left) {
            assertFinished(here, nextRoot("second"), "next", 2, "other-safe");
        }
        assertThat(left).hasSizeGreaterThan(2 * 4);
    }

    @Test
    void importIsTakenWholeOrNotAtAll() throws Exception {
        give(before, REQUEST);
        give(before, sign("first"));
        List<Path> left = left(ceremony(IMPORT));
        for (Path here : left) {
            give(here, IMPORT);
            assertThat(CeremonyFiles.imported(here.resolve("data/ca")).authorities()).hasSize(4);
        }
        assertThat(left).hasSizeGreaterThan(2 * CERTIFICATES);
    }

    @Test
    void takeOverIsFinished() throws Exception {
        give(before, REQUEST);
        give(before, sign("first"));
        give(before, IMPORT);
        List<Path> left = left(List.of(TakeOver.class.getName()));
        for (Path here : left) {
            TakeOver.in(environment(here));
            Path ca = here.resolve("data/ca");
            for (String authority : List.of("sites", "internal", "gateways", "teleworkers")) {
                assertThat(ca.resolve(authority + "/certificate.pem")).exists();
                assertThat(ca.resolve(authority + "/key.pem"))
                        .hasSameTextualContentAs(
                                before.resolve("data/ca/pending/" + authority + "/key.pem"));
            }
            assertThat(files(ca.resolve("pending"))).isEmpty();
        }
        assertThat(left).hasSizeGreaterThan(4 * CERTIFICATES);
    }

    private static String sign(String transcript) {
        return "sign --domain branches.example.net --requests HERE/medium --certificates"
                + " HERE/medium --attending Ada --root HERE/safe --secret-file HERE/../secret"
                + " --transcript HERE/"
                + transcript;
    }

    private static String nextRoot(String transcript) {
        return "next-root --certificates HERE/next --attending Ada --root HERE/safe --secret-file"
                + " HERE/../secret --next-root HERE/other-safe --next-secret-file HERE/../secret"
                + " --transcript HERE/"
                + transcript;
    }

    /**
     * The command that comes after the kill makes what is missing: the root that lies in its folder
     * stays, and every certificate that was ever made stands in a transcript.
     */
    private void assertFinished(
            Path here, String command, String medium, int certificates, String safe)
            throws IOException {
        List<X509Certificate> made = certificates(here.resolve(medium));
        Map<Path, String> root = files(here.resolve(safe));
        assertCutShort(here.resolve("first"));
        give(here, command);
        List<X509Certificate> all = certificates(here.resolve(medium));
        assertThat(all).hasSize(certificates);
        assertThat(files(here.resolve(safe))).containsAllEntriesOf(root).hasSize(2);
        assertThat(transcripts(here))
                .containsAll(made)
                .containsAll(all)
                .extracting(X509Certificate::getSerialNumber)
                .doesNotHaveDuplicates();
    }

    private static void assertCutShort(Path transcript) throws IOException {
        if (Files.exists(transcript)) {
            assertThat(Files.readString(transcript))
                    .as("who reads it sees that it was cut short")
                    .doesNotContain("SHA-256 of the lines above");
        }
    }

    /** The class and its arguments. */
    private static List<String> ceremony(String command) {
        List<String> program = new ArrayList<>(List.of(Provisioner.class.getName(), "ceremony"));
        program.addAll(List.of(command.split(" ")));
        return program;
    }

    /**
     * Copies of what there is before each change of a program; and what is left of it when it is
     * killed in the middle.
     */
    private List<Path> left(List<String> program) throws Exception {
        List<Path> left = new ArrayList<>();
        Path whole = copy(before, "whole");
        int changes =
                program(whole, program)
                        .run(
                                made -> {
                                    left.add(copy(whole, "left-" + made));
                                    return true;
                                })
                        .orElseThrow();
        Path killed = copy(before, "killed");
        assertThat(program(killed, program).run(made -> made < changes / 2)).isEmpty();
        left.add(killed);
        return left;
    }

    private SteppedProgram program(Path here, List<String> program) {
        return new SteppedProgram(directory, environment(here), in(here, program));
    }

    private void give(Path here, String command) {
        var said = new ByteArrayOutputStream();
        var stream = new PrintStream(said, true, UTF_8);
        int status =
                new CeremonyCommand(environment(here), Clock.systemUTC(), stream, stream)
                        .run(in(here, List.of(command.split(" "))));
        assertThat(status).as(said.toString(UTF_8)).isZero();
    }

    private static List<String> in(Path here, List<String> command) {
        return command.stream().map(each -> each.replace("HERE", here.toString())).toList();
    }

    private Map<String, String> environment(Path here) {
        return Map.of(
                "SALLYPORT_DATA",
                here.resolve("data").toString(),
                "SALLYPORT_DOMAIN",
                "branches.example.net",
                "SALLYPORT_CA_PASSWORD_FILE",
                directory.resolve("password").toString());
    }

    private static List<X509Certificate> certificates(Path folder) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        for (Map.Entry<Path, String> each : files(folder).entrySet()) {
            if (!each.getKey().toString().endsWith(".csr.pem")) {
                found.addAll(Pem.certificates(each.getValue()));
            }
        }
        return found;
    }

    private static List<X509Certificate> transcripts(Path here) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        for (String transcript : Set.of("first", "second")) {
            if (Files.exists(here.resolve(transcript))) {
                found.addAll(Pem.certificates(Files.readString(here.resolve(transcript))));
            }
        }
        return found;
    }

    /** What whoever does not look for what is half done finds there and below. */
    private static Map<Path, String> files(Path folder) throws IOException {
        Map<Path, String> found = new HashMap<>();
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.filter(Files::isRegularFile).toList()) {
                    Path name = folder.relativize(each);
                    if (!name.toString().contains(".partial")) {
                        found.put(name, Files.readString(each));
                    }
                }
            }
        }
        return found;
    }

    private Path copy(Path from, String name) throws IOException {
        Path copy = directory.resolve(name);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, copy.resolve(from.relativize(each)));
            }
        }
        return copy;
    }
}
