package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Namespace;

import org.bouncycastle.asn1.x509.Extension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Issuing authorities whose keys are made and whose certificates a ceremony elsewhere has still to
 * sign. Their keys are made here and stay here, encrypted; what goes to the ceremony is a request
 * for each. In a folder of a store's directory:
 *
 * <pre>
 *   pending/sites/key.pem  pending/sites/request.pem  ...
 *   next/sites/key.pem     ...   of one that is to take the place of the one that is there
 * </pre>
 *
 * <p>Both steps can be interrupted and are finished by being taken again. All methods block; one
 * thread, and one process.
 */
public final class PendingAuthorities {

    private final Path store;
    private final Path directory;
    private final Namespace namespace;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * Those of the store in that directory.
     *
     * @param namespace the names that they may certify
     */
    public PendingAuthorities(Path store, Namespace namespace, Clock clock, SecureRandom random) {
        this(store, "pending", namespace, clock, random);
    }

    private PendingAuthorities(
            Path store, String folder, Namespace namespace, Clock clock, SecureRandom random) {
        this.store = store;
        this.directory = store.resolve(folder);
        this.namespace = namespace;
        this.clock = clock;
        this.random = random;
    }

    /** Those that are to take the place of authorities of that store. */
    public static PendingAuthorities next(
            Path store, Namespace namespace, Clock clock, SecureRandom random) {
        return new PendingAuthorities(store, "next", namespace, clock, random);
    }

    /** Whether any key waits for its certificate. */
    public boolean any() {
        return AuthorityStore.ISSUING.stream().anyMatch(each -> Files.exists(folder(each)));
    }

    /**
     * Makes the keys, or finds those made before.
     *
     * @param passphrase protects them
     * @return a request in PEM for each authority, by its name
     * @throws IOException when there are authorities already, or the disk fails
     */
    public Map<String, String> request(Passphrase passphrase) throws IOException {
        if (Files.exists(store.resolve(AuthorityProfile.ROOT.name()))) {
            throw new IOException("there are authorities in %s already".formatted(store));
        }
        for (AuthorityProfile profile : AuthorityStore.ISSUING) {
            request(profile, passphrase);
        }
        return requests();
    }

    /**
     * Makes the key for this purpose, or finds the one made before.
     *
     * @param passphrase protects it
     * @throws IOException when the disk fails
     */
    public void request(AuthorityProfile profile, Passphrase passphrase) throws IOException {
        if (Files.exists(folder(profile))) {
            return;
        }
        AuthorityFiles.createDirectories(directory);
        GeneratedKey pair = GeneratedKey.of(KeyAlgorithm.EC_P256, random);
        SigningKey key = new SigningKey(pair.privateKey(), pair.publicKey());
        AuthorityFiles.write(
                directory,
                profile.name(),
                Map.of(
                        AuthorityFiles.KEY,
                        EncryptedKey.encrypt(pair.privateKey(), passphrase, random),
                        AuthorityFiles.REQUEST,
                        CertificationRequests.ofAuthority(profile, key, random)));
    }

    /** The requests in PEM of the keys that wait, by the authorities' names. */
    public Map<String, String> requests() throws IOException {
        Map<String, String> requests = new LinkedHashMap<>();
        for (AuthorityProfile profile : AuthorityStore.ISSUING) {
            if (Files.exists(folder(profile))) {
                requests.put(profile.name(), read(profile, AuthorityFiles.REQUEST));
            }
        }
        return requests;
    }

    /**
     * Takes over what a ceremony signed for this purpose, as one more authority of the store. The
     * key goes on waiting until {@link #forget}, so that this can be repeated.
     *
     * @return the folder of the store that it is in, its label; empty if none of the certificates
     *     is of its key, which may be younger than they are
     * @throws IOException as of {@link #install}
     */
    public Optional<String> installNext(
            AuthorityProfile profile,
            X509Certificate root,
            Collection<X509Certificate> signed,
            Passphrase passphrase,
            CertificateRecorder recorder)
            throws IOException {
        Optional<X509Certificate> fitting = fitting(profile, root, signed, passphrase);
        if (fitting.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate certificate = fitting.get();
        recorder.record(issued(profile, certificate));
        String label = profile.name() + "-" + ToBeSigned.keyLabel(certificate.getPublicKey());
        if (!Files.exists(store.resolve(label))) {
            AuthorityFiles.write(
                    store,
                    label,
                    Pem.encode(certificate),
                    Optional.of(read(profile, AuthorityFiles.KEY)));
        }
        return Optional.of(label);
    }

    /** The key does not wait any more; does nothing if it did not. */
    public void forget(AuthorityProfile profile) throws IOException {
        AuthorityFiles.delete(folder(profile));
    }

    /**
     * Takes over what a ceremony signed: all of it or, when anything does not fit, nothing.
     *
     * @param root what everybody is to trust
     * @param signed certificates of the authorities, in any order; others are passed over
     * @param recorder is told of each before it counts; again when this is repeated after an
     *     interruption
     * @throws IOException when a certificate is missing, not of the key here, not signed by the
     *     root or not what its purpose asks for
     */
    public void install(
            X509Certificate root,
            Collection<X509Certificate> signed,
            Passphrase passphrase,
            CertificateRecorder recorder)
            throws IOException {
        Map<AuthorityProfile, X509Certificate> found = fitting(root, signed, passphrase);
        recorder.record(issued(AuthorityProfile.ROOT, root));
        if (!Files.exists(store.resolve(AuthorityProfile.ROOT.name()))) {
            AuthorityFiles.write(
                    store, AuthorityProfile.ROOT.name(), Pem.encode(root), Optional.empty());
        }
        for (Map.Entry<AuthorityProfile, X509Certificate> each : found.entrySet()) {
            AuthorityProfile profile = each.getKey();
            recorder.record(issued(profile, each.getValue()));
            if (!Files.exists(store.resolve(profile.name()))) {
                AuthorityFiles.write(
                        store,
                        profile.name(),
                        Pem.encode(each.getValue()),
                        Optional.of(read(profile, AuthorityFiles.KEY)));
            }
        }
        for (AuthorityProfile profile : AuthorityStore.ISSUING) {
            AuthorityFiles.delete(folder(profile));
        }
        Files.deleteIfExists(directory);
    }

    /**
     * Looks at what a ceremony signed, and changes nothing.
     *
     * @throws IOException as of {@link #install}
     */
    public void requireFitting(
            X509Certificate root, Collection<X509Certificate> signed, Passphrase passphrase)
            throws IOException {
        var _ = fitting(root, signed, passphrase);
    }

    private Map<AuthorityProfile, X509Certificate> fitting(
            X509Certificate root, Collection<X509Certificate> signed, Passphrase passphrase)
            throws IOException {
        requireRoot(root);
        Map<AuthorityProfile, X509Certificate> found = new LinkedHashMap<>();
        for (AuthorityProfile profile : AuthorityStore.ISSUING) {
            if (Files.exists(folder(profile))) {
                found.put(
                        profile,
                        fitting(profile, root, signed, passphrase)
                                .orElseThrow(
                                        () ->
                                                new IOException(
                                                        "authority %s: none of the certificates is of its key"
                                                                .formatted(profile.name()))));
            }
        }
        return found;
    }

    /** Empty if none is of the key. */
    private Optional<X509Certificate> fitting(
            AuthorityProfile profile,
            X509Certificate root,
            Collection<X509Certificate> signed,
            Passphrase passphrase)
            throws IOException {
        PrivateKey key;
        try {
            key = EncryptedKey.decrypt(read(profile, AuthorityFiles.KEY), passphrase);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "authority %s: the passphrase does not open its key, or the key is damaged"
                            .formatted(profile.name()),
                    e);
        }
        for (X509Certificate each : signed) {
            if (new SigningKey(key, each.getPublicKey()).matches(random)) {
                try {
                    each.verify(root.getPublicKey());
                    if (each.getExtensionValue(Extension.nameConstraints.getId()) == null) {
                        throw new IllegalArgumentException("it has no name constraints");
                    }
                    var _ =
                            CertificateAuthority.of(
                                    profile,
                                    namespace.constraints(profile),
                                    each,
                                    key,
                                    clock,
                                    random);
                    return Optional.of(each);
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    throw new IOException(
                            "authority %s: its certificate does not fit: %s"
                                    .formatted(profile.name(), e.getMessage()),
                            e);
                }
            }
        }
        return Optional.empty();
    }

    static void requireRoot(X509Certificate root) throws IOException {
        try {
            root.verify(root.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IOException("authority root: it is not signed by itself", e);
        }
        if (root.getBasicConstraints() != AuthorityProfile.ROOT.pathLength()) {
            throw new IOException("authority root: not the certificate of a root");
        }
    }

    static Issued issued(AuthorityProfile profile, X509Certificate certificate) throws IOException {
        try {
            return new Issued(
                    commonName(certificate.getIssuerX500Principal().getName()),
                    profile.name(),
                    commonName(certificate.getSubjectX500Principal().getName()),
                    certificate,
                    certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException("authority %s: no certificate".formatted(profile.name()), e);
        }
    }

    /** Ours have a common name and nothing else. */
    private static String commonName(String distinguishedName) {
        return distinguishedName.replaceFirst("^CN=", "");
    }

    private Path folder(AuthorityProfile profile) {
        return directory.resolve(profile.name());
    }

    private String read(AuthorityProfile profile, String file) throws IOException {
        return Files.readString(folder(profile).resolve(file), US_ASCII);
    }
}
