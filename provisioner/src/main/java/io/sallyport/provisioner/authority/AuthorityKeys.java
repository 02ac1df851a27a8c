package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.AuthorityStore;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.CertificateRecorder;
import io.sallyport.pki.authority.PendingAuthorities;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.configuration.Configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The opened keys of every issuing authority that the data directory has, of whatever state. Any
 * thread; only {@link #makeNext} and {@link #takeNext} block. Which of them issues is said by the
 * tables alone.
 */
final class AuthorityKeys {
    private final X509Certificate root;
    private final AuthorityStore store;
    private final PendingAuthorities pending;
    private final Path directory;
    private final Configuration configuration;
    private final SecureRandom random;
    private final Map<String, CertificateAuthority> byName = new ConcurrentHashMap<>();

    AuthorityKeys(
            X509Certificate root,
            Collection<CertificateAuthority> opened,
            AuthorityStore store,
            PendingAuthorities pending,
            Path directory,
            Configuration configuration,
            SecureRandom random) {
        this.root = root;
        this.store = store;
        this.pending = pending;
        this.directory = directory;
        this.configuration = configuration;
        this.random = random;
        opened.forEach(this::add);
    }

    X509Certificate root() {
        return root;
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

    /** Whether {@link #makeNext} can be done here; if not, the root signs in a ceremony. */
    boolean hasRootKey() {
        return store.hasRootKey();
    }

    /**
     * Makes one more authority of this purpose. Its folder is named as its label.
     *
     * @param recorder is told of its certificate before its key is anywhere
     * @throws IOException if the root's key does not open, or the disk fails
     */
    CertificateAuthority makeNext(AuthorityProfile profile, CertificateRecorder recorder)
            throws IOException {
        try (Passphrase passphrase = Custody.passphrase(configuration, directory, random)) {
            return add(store.createNext(profile, passphrase, passphrase, recorder));
        }
    }

    /**
     * Takes over one more authority of this purpose that a ceremony signed, or makes the key that
     * waits for it.
     *
     * @param recorder is told of its certificate before it counts; again when this is repeated
     * @return empty while it waits
     * @throws IOException if what was imported does not fit, or the disk fails
     */
    Optional<CertificateAuthority> takeNext(AuthorityProfile profile, CertificateRecorder recorder)
            throws IOException {
        try (Passphrase passphrase = Custody.passphrase(configuration, directory, random)) {
            pending.request(profile, passphrase);
            Optional<CeremonyFiles.Signed> signed = CeremonyFiles.next(directory);
            if (signed.isEmpty()) {
                return Optional.empty();
            }
            if (!signed.get().root().equals(root)) {
                throw new IOException("what was imported is signed by another root");
            }
            String folder =
                    pending.installNext(
                            profile, root, signed.get().authorities(), passphrase, recorder);
            return Optional.of(add(store.open(folder, profile, passphrase)));
        }
    }

    /** Nothing waits for a ceremony any more. */
    void forgetNext(AuthorityProfile profile) throws IOException {
        pending.forget(profile);
        CeremonyFiles.forgetNext(directory);
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
