package io.sallyport.provisioner.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.PrivateFile;

import jakarta.inject.Singleton;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The root's CRL, which only a ceremony can sign: a file that is imported and published. Blocks on
 * the disk; any thread.
 */
@Singleton
public class RootRevocationList {
    private final Path file;
    private final Path root;

    RootRevocationList(Configuration configuration) {
        this.file = configuration.data().resolve("ca/root-crl.pem");
        this.root = configuration.data().resolve("ca/root.pem");
    }

    /** The one that was imported last, if any was. */
    public Optional<RevocationList> newest() {
        try {
            return Files.exists(file)
                    ? Optional.of(row(CeremonyFiles.revocationList(file)))
                    : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("%s is damaged".formatted(file), e);
        }
    }

    /**
     * Puts another one in its place.
     *
     * @throws IOException if it is not the root's, or not newer
     */
    void take(X509CRL list) throws IOException {
        if (!Files.exists(root)) {
            throw new IOException("%s is missing: start the service first".formatted(root));
        }
        // The present root comes first; those beside it sign no more lists.
        List<X509Certificate> present =
                Pem.certificates(Files.readString(root, US_ASCII)).subList(0, 1);
        if (!isOf(list, present)) {
            throw new IOException("the CRL is not signed by the root in %s".formatted(root));
        }
        // A root that followed another counts anew.
        if (Files.exists(file) && isOf(CeremonyFiles.revocationList(file), present)) {
            CrlNumber before = CrlNumber.of(CeremonyFiles.revocationList(file));
            if (CrlNumber.of(list).compareTo(before) <= 0) {
                throw new IOException(
                        "CRL %s is not newer than CRL %s, which is published: sign it with --former"
                                .formatted(CrlNumber.of(list).value(), before.value()));
            }
        }
        PrivateFile.write(file, Pem.encode(list));
    }

    private static boolean isOf(X509CRL list, List<X509Certificate> roots) {
        for (X509Certificate each : roots) {
            try {
                list.verify(each.getPublicKey());
                return true;
            } catch (GeneralSecurityException _) {
                // Perhaps of another one.
            }
        }
        return false;
    }

    private static RevocationList row(X509CRL list) {
        return new RevocationList(
                UUID.nameUUIDFromBytes(list.getSignature()),
                list.getIssuerX500Principal().getName(),
                CrlNumber.of(list).value().longValueExact(),
                list.getThisUpdate().toInstant(),
                list.getNextUpdate().toInstant(),
                Pem.encode(list));
    }
}
