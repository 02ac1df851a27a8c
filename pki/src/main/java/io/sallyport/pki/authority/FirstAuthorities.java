package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Namespace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/**
 * Makes the first authorities of a store, or those of them that an interruption left out. Blocks on
 * the disk and on the custody; one process at a time.
 */
final class FirstAuthorities {
    private final AuthorityStore store;
    private final Path directory;
    private final Namespace namespace;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * @param directory of the store
     */
    FirstAuthorities(
            AuthorityStore store,
            Path directory,
            Namespace namespace,
            Clock clock,
            SecureRandom random) {
        this.store = store;
        this.directory = directory;
        this.namespace = namespace;
        this.clock = clock;
        this.random = random;
    }

    /**
     * As {@link AuthorityStore#create(RootCustody, KeyAlgorithm, Passphrase, CertificateRecorder)}.
     */
    void create(
            RootCustody custody,
            KeyAlgorithm rootKey,
            Passphrase issuingPassphrase,
            CertificateRecorder recorder)
            throws IOException {
        AuthorityFiles.createDirectories(directory);
        try (FileChannel lock =
                        FileChannel.open(
                                directory.resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var held = lock.tryLock()) {
            if (held == null) {
                throw new IOException("another process is creating authorities in " + directory);
            }
            createMissing(custody, rootKey, issuingPassphrase, recorder);
        } catch (OverlappingFileLockException e) {
            throw new IOException("this process is creating authorities in " + directory, e);
        }
    }

    private void createMissing(
            RootCustody custody,
            KeyAlgorithm rootKey,
            Passphrase issuingPassphrase,
            CertificateRecorder recorder)
            throws IOException {
        if (store.complete()) {
            return;
        }
        CertificateAuthority root;
        if (store.exists(AuthorityProfile.ROOT)) {
            root = store.openRoot(custody);
        } else if (AuthorityStore.ISSUING.stream().noneMatch(store::exists)) {
            root = createRoot(custody, rootKey, recorder);
        } else {
            throw new IOException(
                    "there are issuing authorities and no root in %s: restore the root first"
                            .formatted(directory));
        }
        for (AuthorityProfile profile : AuthorityStore.ISSUING) {
            if (!store.exists(profile)) {
                store.store(
                        profile.name(),
                        root.createSubordinate(profile, namespace.constraints(profile), recorder),
                        issuingPassphrase);
            }
        }
    }

    private CertificateAuthority createRoot(
            RootCustody custody, KeyAlgorithm algorithm, CertificateRecorder recorder)
            throws IOException {
        CertificateAuthority root =
                RootWithKey.keptOrNew(custody, algorithm, clock, random, recorder);
        if (!store.exists(AuthorityProfile.ROOT)) {
            AuthorityFiles.write(
                    directory,
                    AuthorityProfile.ROOT.name(),
                    Pem.encode(root.certificate()),
                    Optional.empty());
        }
        return root;
    }
}
