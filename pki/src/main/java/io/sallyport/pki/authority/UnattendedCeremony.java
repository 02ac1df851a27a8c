package io.sallyport.pki.authority;

import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a service does by itself with a root's key that is in its own directory. Each use is a
 * {@link Ceremony} that nobody attends, with a transcript of its own in {@code transcripts}, which
 * begins with the SHA-256 of the one before: none of them can be taken away or altered without that
 * showing in the next. Blocks; one thread.
 */
public final class UnattendedCeremony {
    private static final String FOLDER = "transcripts";
    private static final String NOBODY = "nobody, the service does it by itself";

    private final AuthorityStore store;
    private final Path transcripts;
    private final Clock clock;

    /**
     * @param store which has the root's key, or will have it
     * @param directory of the store; gets the folder {@code transcripts}
     */
    public UnattendedCeremony(AuthorityStore store, Path directory, Clock clock) {
        this.store = store;
        this.transcripts = directory.resolve(FOLDER);
        this.clock = clock;
    }

    /**
     * Creates the authorities that are missing, and the root if there is none; does nothing when
     * all are there.
     *
     * @param passphrase protects the keys, and opens that of a root that is there already
     * @throws IOException when another process is creating, when there are issuing authorities and
     *     no root (then the root has to be restored from where it is kept: a new one would not
     *     fit), or when reading or writing fails
     */
    public void create(Passphrase passphrase, CertificateRecorder recorder) throws IOException {
        if (store.complete()) {
            return;
        }
        hold(
                "creation of authorities",
                store.custody(AuthorityProfile.ROOT.name(), passphrase),
                recorder,
                written -> {
                    store.create(passphrase, passphrase, written);
                    return null;
                });
    }

    /**
     * Makes a further generation of an issuing authority, with a key of its own, beside those that
     * are there. Its folder is named as its label.
     *
     * @param rootFolder of the root that signs it
     * @param passphrase opens the root's key, and protects the new one
     * @throws IOException when the root's key is not here or does not open, or the disk fails
     */
    public CertificateAuthority createNext(
            String rootFolder,
            AuthorityProfile profile,
            Passphrase passphrase,
            CertificateRecorder recorder)
            throws IOException {
        return hold(
                "next authority for " + profile.name(),
                store.custody(rootFolder, passphrase),
                recorder,
                written -> store.createNext(rootFolder, profile, passphrase, passphrase, written));
    }

    /**
     * Makes the root that is to follow another one, whose key is here.
     *
     * @param formerFolder of the present root
     * @param passphrase opens its key, and protects the new one
     * @return the new root's folder
     * @throws IOException when the root's key is not here or does not open, or the disk fails
     */
    public String createNextRoot(
            String formerFolder, Passphrase passphrase, CertificateRecorder recorder)
            throws IOException {
        return hold(
                "a root that follows another",
                store.custody(formerFolder, passphrase),
                recorder,
                written -> store.createNextRoot(formerFolder, passphrase, written));
    }

    /** What is done, with a recorder that writes it down first. */
    private interface Act<T> {
        T perform(CertificateRecorder written) throws IOException;
    }

    private <T> T hold(
            String purpose, RootCustody custody, CertificateRecorder recorder, Act<T> act)
            throws IOException {
        AuthorityFiles.createDirectories(transcripts);
        Optional<Path> before = newest();
        return Ceremony.hold(
                purpose,
                transcripts.resolve(name(before.map(UnattendedCeremony::number).orElse(0) + 1)),
                clock,
                List.of(NOBODY),
                custody,
                minutes -> {
                    minutes.entry(
                            before.isEmpty()
                                    ? "The first transcript here"
                                    : "Before this: %s, SHA-256 %s"
                                            .formatted(
                                                    before.get().getFileName(),
                                                    Ceremony.sha256(
                                                            Files.readAllBytes(before.get()))));
                    return act.perform(
                            issued -> {
                                Ceremony.write(minutes, issued);
                                recorder.record(issued);
                            });
                });
    }

    private Optional<Path> newest() throws IOException {
        try (Stream<Path> files = Files.list(transcripts)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{6}\\.txt"))
                    .sorted()
                    .reduce((_, later) -> later);
        }
    }

    private static String name(int number) {
        return "%06d.txt".formatted(number);
    }

    private static int number(Path transcript) {
        return Integer.parseInt(transcript.getFileName().toString().substring(0, 6));
    }
}
