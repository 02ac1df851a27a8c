package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The root's key in {@code root/key.pem} of a directory, encrypted ({@link EncryptedKey}), and its
 * certificate beside it. The directory may be on a medium that is locked away.
 */
public final class FileCustody extends RootCustody {

    private static final String NAME = AuthorityProfile.ROOT.name();

    private final Path directory;
    private final String folder;
    private final Passphrase passphrase;
    private final SecureRandom random;

    /**
     * Keeps the key in that directory, which need not exist yet.
     *
     * @param passphrase protects the key; stays the caller's, to be closed after the last use
     */
    public FileCustody(Path directory, Passphrase passphrase, SecureRandom random) {
        this(directory, NAME, passphrase, random);
    }

    /** Keeps the key in a folder of that name. */
    FileCustody(Path directory, String folder, Passphrase passphrase, SecureRandom random) {
        super();
        this.directory = directory;
        this.folder = folder;
        this.passphrase = passphrase;
        this.random = random;
    }

    @Override
    public String description() {
        return "encrypted file " + directory.resolve(folder).resolve(AuthorityFiles.KEY);
    }

    @Override
    public Optional<X509Certificate> kept() throws IOException {
        List<X509Certificate> certificates;
        try {
            certificates = Pem.certificates(read(AuthorityFiles.CERTIFICATE));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        if (certificates.size() != 1) {
            throw new IOException(
                    "authority root: expected one certificate, found " + certificates.size());
        }
        return Optional.of(certificates.getFirst());
    }

    @Override
    SigningKey generate(KeyAlgorithm algorithm) {
        GeneratedKey pair = GeneratedKey.of(algorithm, random);
        return new SigningKey(pair.privateKey(), pair.publicKey());
    }

    @Override
    void keep(SigningKey key, X509Certificate certificate) throws IOException {
        AuthorityFiles.createDirectories(directory);
        AuthorityFiles.write(
                directory,
                folder,
                Pem.encode(certificate),
                Optional.of(EncryptedKey.encrypt(key.privateKey(), passphrase, random)));
    }

    @Override
    SigningKey open(X509Certificate certificate) throws IOException {
        String pem;
        try {
            pem = read(AuthorityFiles.KEY);
        } catch (NoSuchFileException e) {
            throw new IOException("authority root: %s is missing".formatted(AuthorityFiles.KEY), e);
        }
        try {
            return new SigningKey(
                    EncryptedKey.decrypt(pem, passphrase), certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "authority root: the passphrase does not open its key, or the key is damaged",
                    e);
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(folder).resolve(file), US_ASCII);
    }
}
