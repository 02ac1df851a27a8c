package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class AuthorityStoreTest {

    private static final Passphrase ROOT = Passphrase.of("of the root".toCharArray());
    private static final Passphrase ISSUING = Passphrase.of("of the others".toCharArray());

    private static final List<String> FILES = List.of("certificate.pem", "key.pem");

    @TempDir static Path ready;
    @TempDir Path temporary;

    private final SecureRandom random = new SecureRandom();
    private final List<Issued> recorded = new ArrayList<>();

    @BeforeAll
    static void createOne() throws IOException {
        new AuthorityStore(ready, TestAuthorities.NAMESPACE, Clock.systemUTC(), new SecureRandom())
                .create(ROOT, ISSUING, _ -> {});
    }

    @Test
    void createsOnceAndLoadsAfterwards() throws Exception {
        assertThat(store().complete()).isFalse();
        store().create(ROOT, ISSUING, recorded::add);
        assertThat(store().complete()).isTrue();
        store().create(ROOT, ISSUING, recorded::add);

        assertThat(recorded)
                .extracting(Issued::profile)
                .containsExactly("root", "sites", "internal", "gateways", "teleworkers");
        Authorities opened = store().open(ISSUING);
        assertThat(opened.root()).isEqualTo(recorded.get(0).certificate());
        assertThat(opened.sites().certificate()).isEqualTo(recorded.get(1).certificate());
        assertThat(opened.internal().certificate()).isEqualTo(recorded.get(2).certificate());
        assertThat(store().openRoot(store().custody("root", ROOT)).profile())
                .isEqualTo(AuthorityProfile.ROOT);
    }

    @Test
    void aFurtherGenerationIsBesideTheFirstWithAKeyOfItsOwn() throws Exception {
        store().create(ROOT, ISSUING, _ -> {});
        assertThatThrownBy(
                        () ->
                                store().createNext(
                                                "root",
                                                AuthorityProfile.SITES,
                                                ROOT,
                                                ISSUING,
                                                _ -> {
                                                    throw new IllegalStateException("killed");
                                                }))
                .hasMessage("killed");
        assertThat(store().openAll(ISSUING)).hasSize(4);

        CertificateAuthority next =
                store().createNext("root", AuthorityProfile.SITES, ROOT, ISSUING, recorded::add);
        Map<String, CertificateAuthority> all = store().openAll(ISSUING);
        assertThat(all).hasSize(5).containsKey("sites").containsKey(next.label());
        assertThat(all.get(next.label()).certificate())
                .isEqualTo(recorded.getFirst().certificate());
        assertThat(all.get("sites").certificate().getPublicKey())
                .isNotEqualTo(next.certificate().getPublicKey());
        assertThat(store().open(ISSUING).sites().certificate())
                .isEqualTo(all.get("sites").certificate());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void finishesWhatWasInterrupted(int failing) throws Exception {
        CertificateRecorder interrupting =
                issued -> {
                    recorded.add(issued);
                    if (recorded.size() == failing) {
                        throw new IllegalStateException("killed");
                    }
                };
        assertThatThrownBy(() -> store().create(ROOT, ISSUING, interrupting)).hasMessage("killed");
        assertThat(store().complete()).isFalse();
        List<Issued> before = List.copyOf(recorded.subList(0, failing - 1));

        store().create(ROOT, ISSUING, recorded::add);
        Authorities opened = store().open(ISSUING);
        List<Object> certificates =
                List.of(
                        opened.root(),
                        opened.sites().certificate(),
                        opened.internal().certificate(),
                        opened.gateways().certificate(),
                        opened.teleworkers().certificate());
        assertThat(certificates.subList(0, failing - 1))
                .as("what was complete has stayed")
                .isEqualTo(before.stream().map(Issued::certificate).toList());
        assertThat(recorded).hasSize(6);
    }

    @Test
    void clearsAwayAHalfWrittenFolder() throws Exception {
        Path partial = Files.createDirectories(directory().resolve(".root.partial"));
        Files.writeString(partial.resolve("key.pem"), "-----BEGIN ENCR");

        store().create(ROOT, ISSUING, recorded::add);
        assertThat(store().open(ISSUING)).isNotNull();
        try (Stream<Path> left = Files.list(directory())) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock", "root", "sites", "internal", "gateways", "teleworkers");
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        assertThat(permissions(ready.resolve("root"))).isEqualTo("rwx------");
        assertThat(permissions(ready.resolve("sites"))).isEqualTo("rwx------");
        assertThat(permissions(ready.resolve("sites/key.pem"))).isEqualTo("rw-------");
    }

    @Test
    void doesNotReplaceALostRoot() throws Exception {
        createQuickly();
        Files.move(directory().resolve("root"), temporary.resolve("lost"));
        assertThatThrownBy(() -> store().create(ROOT, ISSUING, recorded::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restore the root first");
    }

    @Test
    void saysWhichKeyAWrongPassphraseDoesNotOpen() throws Exception {
        createQuickly();
        assertThatThrownBy(() -> store().open(ROOT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("authority sites: the passphrase does not open its key");
    }

    @Test
    void noticesAnAuthorityOfAnotherRoot() throws Exception {
        createQuickly();
        AuthorityStore other =
                new AuthorityStore(
                        temporary.resolve("other"),
                        TestAuthorities.NAMESPACE,
                        Clock.systemUTC(),
                        random);
        other.create(ROOT, ISSUING, recorded::add);
        copy("other/sites/certificate.pem", "authorities/sites/certificate.pem");
        assertThatThrownBy(() -> store().open(ISSUING))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not signed by the root here");
    }

    @Test
    void noticesAForeignKey() throws Exception {
        createQuickly();
        copy("authorities/internal/key.pem", "authorities/sites/key.pem");
        assertThatThrownBy(() -> store().open(ISSUING))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("authority sites: the key is not the certificate's");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        createQuickly();
        Files.delete(directory().resolve("internal/key.pem"));
        assertThatThrownBy(() -> store().open(ISSUING))
                .hasMessageContaining("authority internal: key.pem is missing");
    }

    @Test
    void twoDoNotCreateAtOnce() throws Exception {
        Files.createDirectories(directory());
        try (FileChannel lock =
                        FileChannel.open(
                                directory().resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var held = lock.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> store().create(ROOT, ISSUING, recorded::add))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("creating authorities");
        }
        assertThat(recorded).isEmpty();
    }

    /** A copy of a store made once: deriving keys is slow by intent. */
    private void createQuickly() throws IOException {
        for (String path : List.of("", "root", "sites", "internal", "gateways", "teleworkers")) {
            Path from = ready.resolve(path);
            Path to = Files.createDirectory(directory().resolve(path));
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
            for (String file : path.isEmpty() ? List.<String>of() : FILES) {
                Files.copy(
                        from.resolve(file), to.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private AuthorityStore store() {
        return new AuthorityStore(
                directory(), TestAuthorities.NAMESPACE, Clock.systemUTC(), random);
    }

    private Path directory() {
        return temporary.resolve("authorities");
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(
                temporary.resolve(from),
                temporary.resolve(to),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
