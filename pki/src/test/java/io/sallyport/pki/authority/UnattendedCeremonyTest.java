package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** No signature by the root without a transcript. */
class UnattendedCeremonyTest {
    private static final Passphrase PASSPHRASE = Passphrase.of("of all".toCharArray());

    @TempDir Path directory;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = new MovableClock(Clock.systemUTC().instant());
    private final List<Issued> recorded = new ArrayList<>();

    @Test
    void everyUseOfTheRootsKeyIsInATranscriptInFull() throws IOException {
        ceremony().create(PASSPHRASE, recorded::add);
        ceremony().createNext("root", AuthorityProfile.SITES, PASSPHRASE, recorded::add);
        String next = ceremony().createNextRoot("root", PASSPHRASE, recorded::add);
        ceremony().createNext(next, AuthorityProfile.GATEWAYS, PASSPHRASE, recorded::add);

        assertThat(transcripts())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("000001.txt", "000002.txt", "000003.txt", "000004.txt");
        List<X509Certificate> written = new ArrayList<>();
        for (Path transcript : transcripts()) {
            String text = Files.readString(transcript);
            written.addAll(Pem.certificates(text));
            assertThat(text)
                    .contains("Attending: \"nobody", "Root key: encrypted file", "Complete")
                    .contains("SHA-256 of the lines above: ")
                    .doesNotContain("PRIVATE", "of all\n");
        }
        assertThat(written)
                .isEqualTo(recorded.stream().map(Issued::certificate).toList())
                .hasSize(5 + 1 + 2 + 1);
    }

    @Test
    void eachTranscriptSaysWhichOneWasBefore() throws Exception {
        ceremony().create(PASSPHRASE, recorded::add);
        ceremony().createNext("root", AuthorityProfile.SITES, PASSPHRASE, recorded::add);
        Path first = transcripts().getFirst();
        assertThat(Files.readString(first)).contains("The first transcript here");
        assertThat(Files.readString(transcripts().getLast()))
                .contains(
                        "Before this: 000001.txt, SHA-256 "
                                + Ceremony.sha256(Files.readAllBytes(first)));
    }

    @Test
    void whatWasInterruptedIsInItsTranscriptAndFinishedInAnother() throws IOException {
        assertThatThrownBy(
                        () ->
                                ceremony()
                                        .create(
                                                PASSPHRASE,
                                                issued -> {
                                                    recorded.add(issued);
                                                    if (recorded.size() == 3) {
                                                        throw new IllegalStateException("killed");
                                                    }
                                                }))
                .hasMessage("killed");
        assertThat(Files.readString(transcripts().getFirst())).contains("FAILED: \"killed\"");
        ceremony().create(PASSPHRASE, recorded::add);
        List<X509Certificate> written = new ArrayList<>();
        for (Path transcript : transcripts()) {
            written.addAll(Pem.certificates(Files.readString(transcript)));
        }
        assertThat(written).isEqualTo(recorded.stream().map(Issued::certificate).toList());
    }

    @Test
    void nothingIsSignedWhereNoTranscriptCanBeWritten() throws IOException {
        Files.writeString(directory.resolve("transcripts"), "no directory");
        assertThatThrownBy(() -> ceremony().create(PASSPHRASE, recorded::add))
                .isInstanceOf(IOException.class);
        assertThat(recorded).isEmpty();
        assertThat(directory.resolve("root")).doesNotExist();
    }

    @Test
    void nothingIsWrittenWhereNothingIsToBeDone() throws IOException {
        ceremony().create(PASSPHRASE, recorded::add);
        ceremony().create(PASSPHRASE, recorded::add);
        assertThat(transcripts()).hasSize(1);
    }

    @Test
    void nobodyElseCanUseTheRootsKey() {
        List<String> forCeremonies =
                List.of("create", "createNext", "createNextRoot", "openRoot", "custody");
        assertThat(
                        Arrays.stream(AuthorityStore.class.getDeclaredMethods())
                                .filter(method -> forCeremonies.contains(method.getName())))
                .hasSizeGreaterThanOrEqualTo(forCeremonies.size())
                .noneMatch(method -> Modifier.isPublic(method.getModifiers()));
        assertThat(
                        Arrays.stream(RootCustody.class.getDeclaredMethods())
                                .filter(method -> Modifier.isPublic(method.getModifiers())))
                .extracting(method -> method.getName())
                .containsExactlyInAnyOrder("description", "kept");
    }

    private UnattendedCeremony ceremony() {
        return new UnattendedCeremony(
                new AuthorityStore(directory, TestAuthorities.NAMESPACE, clock, random),
                directory,
                clock);
    }

    private List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("transcripts"))) {
            return files.sorted().toList();
        }
    }
}
