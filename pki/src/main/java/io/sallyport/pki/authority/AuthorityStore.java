package io.sallyport.pki.authority;

import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Namespace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that keeps a root and its issuing authorities, each in a folder of its name:
 *
 * <pre>
 *   root/certificate.pem  sites/certificate.pem  ...
 *   root/key.pem          sites/key.pem          ...   encrypted, see {@link EncryptedKey}
 * </pre>
 *
 * <p>An authority is there whole or not at all: its folder is written and synchronised under
 * another name and then renamed. So creation that was interrupted, at whatever point, is finished
 * by creating again; a leftover is cleared away. An authority that was created and interrupted
 * before the rename is in the recorder's books and nowhere else, and its key is gone. Files have
 * mode 0600, folders 0700.
 *
 * <p>What uses a root's key is for ceremonies alone ({@link Ceremony}, {@link UnattendedCeremony}):
 * no other package can call it.
 *
 * <p>All methods block on the disk and, for the key derivation, on the CPU for a noticeable part of
 * a second.
 */
public final class AuthorityStore {

    static final List<AuthorityProfile> ISSUING =
            List.of(
                    AuthorityProfile.SITES,
                    AuthorityProfile.INTERNAL,
                    AuthorityProfile.GATEWAYS,
                    AuthorityProfile.TELEWORKERS);

    private final Path directory;
    private final Namespace namespace;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * A store in that directory, which need not exist yet.
     *
     * @param namespace the names that its authorities may certify; the same as when they were made
     */
    public AuthorityStore(Path directory, Namespace namespace, Clock clock, SecureRandom random) {
        this.directory = directory;
        this.namespace = namespace;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Whether all authorities are there, so that {@link #open} can be called and none is created.
     */
    public boolean complete() {
        return exists(AuthorityProfile.ROOT) && ISSUING.stream().allMatch(this::exists);
    }

    /** Whether the authority of this name is there. */
    public boolean has(String name) {
        return Files.exists(directory.resolve(name));
    }

    /** Creates what is missing, with the root's key here. */
    void create(
            Passphrase rootPassphrase, Passphrase issuingPassphrase, CertificateRecorder recorder)
            throws IOException {
        create(
                custody(AuthorityProfile.ROOT.name(), rootPassphrase),
                KeyAlgorithm.EC_P384,
                issuingPassphrase,
                recorder);
    }

    /**
     * Creates what is missing; does nothing when all is there. If the root's key is kept elsewhere,
     * only its certificate is kept here.
     *
     * @param issuingPassphrase protects the keys of the issuing authorities
     * @throws IOException when another process is creating, when there are issuing authorities and
     *     no root (then the root has to be restored from where it is kept: a new one would not
     *     fit), or when reading or writing fails
     */
    void create(
            RootCustody custody,
            KeyAlgorithm rootKey,
            Passphrase issuingPassphrase,
            CertificateRecorder recorder)
            throws IOException {
        new FirstAuthorities(this, directory, namespace, clock, random)
                .create(custody, rootKey, issuingPassphrase, recorder);
    }

    /**
     * Opens the issuing authorities. The root's key stays closed.
     *
     * @throws IOException when one is missing or damaged, the passphrase is wrong, or a certificate
     *     is not the root's
     */
    public Authorities open(Passphrase issuingPassphrase) throws IOException {
        Collection<RootCertificates> roots = roots().values();
        return new Authorities(
                certificate(AuthorityProfile.ROOT.name()),
                open(AuthorityProfile.SITES, issuingPassphrase, roots),
                open(AuthorityProfile.INTERNAL, issuingPassphrase, roots),
                open(AuthorityProfile.GATEWAYS, issuingPassphrase, roots),
                open(AuthorityProfile.TELEWORKERS, issuingPassphrase, roots));
    }

    /**
     * Opens every generation of the issuing authorities, by its folder's name: the first is in a
     * folder named as its profile, each later one in a folder named as its label. The root's key
     * stays closed.
     *
     * @throws IOException as of {@link #open(Passphrase)}
     */
    public Map<String, CertificateAuthority> openAll(Passphrase issuingPassphrase)
            throws IOException {
        Collection<RootCertificates> roots = roots().values();
        Map<String, CertificateAuthority> all = new LinkedHashMap<>();
        for (AuthorityProfile profile : ISSUING) {
            all.put(profile.name(), open(profile, issuingPassphrase, roots));
            for (String folder : laterGenerations(profile)) {
                all.put(folder, open(folder, profile, issuingPassphrase, roots));
            }
        }
        return all;
    }

    /**
     * Every root that there ever was, by its folder's name: the first is in {@code root}, each
     * later one in a folder named as its label.
     *
     * @throws IOException when one is missing or damaged
     */
    public Map<String, RootCertificates> roots() throws IOException {
        Map<String, RootCertificates> roots = new LinkedHashMap<>();
        roots.put(
                AuthorityProfile.ROOT.name(),
                new RootCertificates(certificate(AuthorityProfile.ROOT.name()), Optional.empty()));
        for (String folder : laterGenerations(AuthorityProfile.ROOT)) {
            roots.put(
                    folder,
                    new RootCertificates(
                            certificate(folder),
                            Optional.of(certificate(folder, AuthorityFiles.NEW_WITH_OLD))));
        }
        return roots;
    }

    /** Whether the key of a root is here, so that what it signs needs no ceremony elsewhere. */
    public boolean hasRootKey(String rootFolder) {
        return Files.exists(directory.resolve(rootFolder).resolve(AuthorityFiles.KEY));
    }

    /**
     * Makes the root that is to follow another one, whose key is here.
     *
     * @param formerFolder of the present root
     * @param passphrase opens its key, and protects the new one
     * @return the new root's folder
     * @throws IOException when the root's key is not here or does not open, or the disk fails
     */
    String createNextRoot(String formerFolder, Passphrase passphrase, CertificateRecorder recorder)
            throws IOException {
        CertificateAuthority former = openRoot(formerFolder, passphrase);
        GeneratedKey pair = GeneratedKey.p384(random);
        CertificateAuthority next =
                former.createNextRoot(
                        new SigningKey(pair.privateKey(), pair.publicKey()), recorder);
        X509Certificate newWithOld = former.vouchFor(next, recorder).certificate();
        AuthorityFiles.write(
                directory,
                next.label(),
                Map.of(
                        AuthorityFiles.CERTIFICATE,
                        Pem.encode(next.certificate()),
                        AuthorityFiles.NEW_WITH_OLD,
                        Pem.encode(newWithOld),
                        AuthorityFiles.KEY,
                        next.encryptedKey(passphrase)));
        return next.label();
    }

    /**
     * Takes over the root that is to follow another one, whose keys are elsewhere. Does nothing if
     * it is there.
     *
     * @param former the present root
     * @param recorder is told of its certificates before they count; again when this is repeated
     * @return the new root's folder
     * @throws IOException when the present root does not vouch for it, or the disk fails
     */
    public String installNextRoot(
            X509Certificate former, RootCertificates next, CertificateRecorder recorder)
            throws IOException {
        X509Certificate newWithOld = next.requireVouchedFor(former);
        recorder.record(PendingAuthorities.issued(AuthorityProfile.ROOT, next.certificate()));
        recorder.record(PendingAuthorities.issued(AuthorityProfile.ROOT, newWithOld));
        if (!has(next.label())) {
            AuthorityFiles.write(
                    directory,
                    next.label(),
                    Map.of(
                            AuthorityFiles.CERTIFICATE,
                            Pem.encode(next.certificate()),
                            AuthorityFiles.NEW_WITH_OLD,
                            Pem.encode(newWithOld)));
        }
        return next.label();
    }

    /**
     * Makes a further generation of an issuing authority, with a key of its own, beside those that
     * are there. Its folder is named as its label.
     *
     * @param rootFolder of the root that signs it
     * @param rootPassphrase opens the root's key, which is closed again afterwards
     * @throws IOException when the root's key is not here or does not open, or the disk fails
     */
    CertificateAuthority createNext(
            String rootFolder,
            AuthorityProfile profile,
            Passphrase rootPassphrase,
            Passphrase issuingPassphrase,
            CertificateRecorder recorder)
            throws IOException {
        CertificateAuthority next =
                openRoot(rootFolder, rootPassphrase)
                        .createSubordinate(profile, namespace.constraints(profile), recorder);
        store(next.label(), next, issuingPassphrase);
        return next;
    }

    /**
     * Opens one authority of this purpose, of whatever generation.
     *
     * @throws IOException as of {@link #open(Passphrase)}
     */
    public CertificateAuthority open(
            String folder, AuthorityProfile profile, Passphrase issuingPassphrase)
            throws IOException {
        return open(folder, profile, issuingPassphrase, roots().values());
    }

    private List<String> laterGenerations(AuthorityProfile profile) throws IOException {
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches(profile.name() + "-[0-9a-f]{8}"))
                    .sorted()
                    .toList();
        }
    }

    private CertificateAuthority openRoot(String folder, Passphrase passphrase) throws IOException {
        return RootWithKey.open(certificate(folder), custody(folder, passphrase), clock, random);
    }

    /** Opens the root with its key, wherever that is kept. */
    CertificateAuthority openRoot(RootCustody custody) throws IOException {
        return RootWithKey.open(certificate(AuthorityProfile.ROOT.name()), custody, clock, random);
    }

    /** The key of the root in this folder, here. */
    RootCustody custody(String rootFolder, Passphrase passphrase) {
        return new FileCustody(directory, rootFolder, passphrase, random);
    }

    /** Writes a new authority's folder. */
    void store(String folder, CertificateAuthority authority, Passphrase passphrase)
            throws IOException {
        AuthorityFiles.write(
                directory,
                folder,
                Pem.encode(authority.certificate()),
                Optional.of(authority.encryptedKey(passphrase)));
    }

    /** Whether the first authority of this purpose is there. */
    boolean exists(AuthorityProfile profile) {
        return has(profile.name());
    }

    private X509Certificate certificate(String folder) throws IOException {
        return certificate(folder, AuthorityFiles.CERTIFICATE);
    }

    private X509Certificate certificate(String folder, String file) throws IOException {
        List<X509Certificate> certificates = Pem.certificates(read(folder, file));
        if (certificates.size() != 1) {
            throw new IOException(
                    "authority %s: expected one certificate, found %d"
                            .formatted(folder, certificates.size()));
        }
        return certificates.getFirst();
    }

    private CertificateAuthority open(
            AuthorityProfile profile, Passphrase passphrase, Collection<RootCertificates> roots)
            throws IOException {
        return open(profile.name(), profile, passphrase, roots);
    }

    private CertificateAuthority open(
            String folder,
            AuthorityProfile profile,
            Passphrase passphrase,
            Collection<RootCertificates> roots)
            throws IOException {
        X509Certificate certificate = certificate(folder);
        if (roots.stream().noneMatch(root -> root.signed(certificate))) {
            throw new IOException(
                    "authority %s: its certificate was not signed by the root here"
                            .formatted(folder));
        }
        String pem = read(folder, AuthorityFiles.KEY);
        try {
            PrivateKey key = EncryptedKey.decrypt(pem, passphrase);
            return CertificateAuthority.of(
                    profile, namespace.constraints(profile), certificate, key, clock, random);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "authority %s: the passphrase does not open its key, or the key is damaged"
                            .formatted(folder),
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException("authority %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private String read(String folder, String file) throws IOException {
        try {
            return Files.readString(directory.resolve(folder).resolve(file));
        } catch (NoSuchFileException e) {
            throw new IOException("authority %s: %s is missing".formatted(folder, file), e);
        }
    }
}
