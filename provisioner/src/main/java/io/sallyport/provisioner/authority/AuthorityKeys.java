package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.AuthorityStore;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.CertificateRecorder;
import io.sallyport.pki.authority.PendingAuthorities;
import io.sallyport.pki.authority.RootCertificates;
import io.sallyport.pki.authority.UnattendedCeremony;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.configuration.Configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The opened keys of every issuing authority that the data directory has, of whatever state, and
 * the certificates of every root. Any thread; only what makes or takes over one blocks. Which of
 * them issues is said by the tables alone.
 */
final class AuthorityKeys {
    private final Map<String, RootCertificates> roots;
    private final AuthorityStore store;
    private final UnattendedCeremony ceremony;
    private final PendingAuthorities pending;
    private final Path directory;
    private final Configuration configuration;
    private final AuthorityPassword password;
    private final Map<String, CertificateAuthority> byName = new ConcurrentHashMap<>();

    AuthorityKeys(
            Map<String, RootCertificates> roots,
            Collection<CertificateAuthority> opened,
            AuthorityStore store,
            UnattendedCeremony ceremony,
            PendingAuthorities pending,
            Path directory,
            Configuration configuration,
            AuthorityPassword password) {
        this.roots = new ConcurrentHashMap<>(roots);
        this.store = store;
        this.ceremony = ceremony;
        this.pending = pending;
        this.directory = directory;
        this.configuration = configuration;
        this.password = password;
        opened.forEach(this::add);
    }

    /**
     * The root of this folder.
     *
     * @throws IllegalStateException if there is none
     */
    RootCertificates root(String folder) {
        return Optional.ofNullable(roots.get(folder))
                .orElseThrow(() -> new IllegalStateException("no certificate of root " + folder));
    }

    /** The one with this common name. */
    Optional<CertificateAuthority> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The one with this label. */
    Optional<CertificateAuthority> labelled(String label) {
        return byName.values().stream().filter(each -> each.label().equals(label)).findFirst();
    }

    List<CertificateAuthority> all() {
        return List.copyOf(byName.values());
    }

    /** Whether what this root signs can be made here; if not, it signs in a ceremony. */
    boolean hasRootKey(String rootFolder) {
        return store.hasRootKey(rootFolder);
    }

    /**
     * Makes the root that is to follow another one.
     *
     * @param recorder is told of its certificates before its key is anywhere
     * @return its folder
     * @throws IOException if the present root's key does not open, or the disk fails
     */
    String makeNextRoot(String rootFolder, CertificateRecorder recorder) throws IOException {
        try (Passphrase passphrase = password.open()) {
            return addRoot(ceremony.createNextRoot(rootFolder, passphrase, recorder));
        }
    }

    /**
     * Takes over the root that is to follow another one, which a ceremony made.
     *
     * @return its folder; empty while it waits
     * @throws IOException if what was imported does not fit, or the disk fails
     */
    Optional<String> takeNextRoot(X509Certificate present, CertificateRecorder recorder)
            throws IOException {
        Optional<RootCertificates> made = CeremonyFiles.nextRoot(directory);
        return made.isEmpty()
                ? Optional.empty()
                : Optional.of(addRoot(store.installNextRoot(present, made.get(), recorder)));
    }

    /** No root waits to be taken over any more. */
    void forgetNextRoot() throws IOException {
        CeremonyFiles.forgetNextRoot(directory);
    }

    private String addRoot(String folder) throws IOException {
        roots.put(folder, store.roots().get(folder));
        return folder;
    }

    /**
     * Makes one more authority of this purpose. Its folder is named as its label.
     *
     * @param rootFolder of the root that signs it, whose key is here
     * @param recorder is told of its certificate before its key is anywhere
     * @throws IOException if the root's key does not open, or the disk fails
     */
    CertificateAuthority makeNext(
            String rootFolder, AuthorityProfile profile, CertificateRecorder recorder)
            throws IOException {
        try (Passphrase passphrase = password.open()) {
            return add(ceremony.createNext(rootFolder, profile, passphrase, recorder));
        }
    }

    /**
     * Takes over one more authority of this purpose that a ceremony signed, or makes the key that
     * waits for it.
     *
     * @param root that has to have signed it
     * @param recorder is told of its certificate before it counts; again when this is repeated
     * @return empty while it waits
     * @throws IOException if what was imported does not fit, or the disk fails
     */
    Optional<CertificateAuthority> takeNext(
            X509Certificate root, AuthorityProfile profile, CertificateRecorder recorder)
            throws IOException {
        try (Passphrase passphrase = password.open()) {
            pending.request(profile, passphrase);
            Optional<CeremonyFiles.Signed> signed = CeremonyFiles.next(directory);
            if (signed.isEmpty()) {
                return Optional.empty();
            }
            if (!signed.get().root().equals(root)) {
                throw new IOException("what was imported is signed by another root");
            }
            Optional<String> folder =
                    pending.installNext(
                            profile, root, signed.get().authorities(), passphrase, recorder);
            return folder.isEmpty()
                    ? Optional.empty()
                    : Optional.of(add(store.open(folder.get(), profile, passphrase)));
        }
    }

    /**
     * No authority of this purpose waits for a ceremony any more. What one ceremony signed for
     * several stays until the last of them is taken over.
     */
    void forgetNext(AuthorityProfile profile) throws IOException {
        pending.forget(profile);
        if (!pending.any()) {
            CeremonyFiles.forgetNext(directory);
        }
    }

    private CertificateAuthority add(CertificateAuthority authority) {
        CertificateAuthority published =
                configuration
                        .revocationUrl()
                        .map(
                                base ->
                                        authority.withStatusAt(
                                                StatusPaths.below(base, authority.label())))
                        .orElse(authority);
        byName.put(Custody.commonName(published), published);
        return published;
    }
}
