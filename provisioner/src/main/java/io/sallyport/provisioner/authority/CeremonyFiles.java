package io.sallyport.provisioner.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.authority.RootCeremony;
import io.sallyport.pki.authority.RootCertificates;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.configuration.PrivateFile;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files that go to a ceremony and come back; none of them is secret. */
final class CeremonyFiles {
    private static final String CERTIFICATE = ".pem";
    private static final String REQUEST = ".csr.pem";
    private static final String ROOT = AuthorityProfile.ROOT.name() + CERTIFICATE;

    // Beside the store's folders of the authorities.
    private static final String IMPORT = "import";

    // Of an authority that is to take the place of another.
    private static final String NEXT_IMPORT = "next/import";

    // A root that is to take the place of another.
    private static final String NEXT_ROOT = "next-root";

    // A certificate has some 700 octets in PEM, an RSA one 3,000.
    private static final long OCTETS_AT_MOST = 64 * 1024;

    private CeremonyFiles() {}

    /**
     * What a ceremony signed.
     *
     * @param authorities the issuing ones
     */
    record Signed(X509Certificate root, List<X509Certificate> authorities) {}

    /** Writes requests, by the authorities' names. */
    static void writeRequests(Path directory, Map<String, String> requests) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, String> each : requests.entrySet()) {
            Files.writeString(directory.resolve(each.getKey() + REQUEST), each.getValue());
        }
    }

    /** Reads requests, by the authorities' names; at least one. */
    static Map<String, String> requests(Path directory) throws IOException {
        Map<String, String> requests = new TreeMap<>();
        for (Path file : files(directory, REQUEST)) {
            String name = file.getFileName().toString();
            requests.put(name.substring(0, name.length() - REQUEST.length()), read(file));
        }
        if (requests.isEmpty()) {
            throw new IOException("%s: no request (*%s)".formatted(directory, REQUEST));
        }
        return requests;
    }

    /** Reads what a ceremony wrote. */
    static Signed signed(Path directory) throws IOException {
        X509Certificate root = certificate(directory.resolve(ROOT));
        List<X509Certificate> authorities = new ArrayList<>();
        for (Path file : files(directory, CERTIFICATE)) {
            String name = file.getFileName().toString();
            if (!name.equals(ROOT) && !name.endsWith(REQUEST)) {
                authorities.add(certificate(file));
            }
        }
        return new Signed(root, authorities);
    }

    /** Puts what a ceremony signed where the service takes it from when it starts. */
    static void toBeImported(Path store, Signed signed) throws IOException {
        put(store.resolve(IMPORT), signed);
    }

    /** Puts what a ceremony signed where the roll-over of an authority waits for it. */
    static void toBeTakenNext(Path store, Signed signed) throws IOException {
        forgetNext(store); // of a ceremony before
        put(store.resolve(NEXT_IMPORT), signed);
    }

    /** What was put there, if anything was. */
    static Optional<Signed> next(Path store) throws IOException {
        // The root's certificate is written last.
        return Files.exists(store.resolve(NEXT_IMPORT).resolve(ROOT))
                ? Optional.of(signed(store.resolve(NEXT_IMPORT)))
                : Optional.empty();
    }

    /** It is taken over. */
    static void forgetNext(Path store) throws IOException {
        Path directory = store.resolve(NEXT_IMPORT);
        if (Files.exists(directory)) {
            Files.deleteIfExists(directory.resolve(ROOT));
            for (Path file : files(directory, CERTIFICATE)) {
                Files.delete(file);
            }
        }
    }

    private static void put(Path directory, Signed signed) throws IOException {
        PrivateFile.createDirectory(directory);
        for (int index = 0; index < signed.authorities().size(); index++) {
            PrivateFile.write(
                    directory.resolve(index + CERTIFICATE),
                    Pem.encode(signed.authorities().get(index)));
        }
        PrivateFile.write(directory.resolve(ROOT), Pem.encode(signed.root()));
    }

    /** Reads the root that a ceremony made to follow another. */
    static RootCertificates root(Path directory) throws IOException {
        return new RootCertificates(
                certificate(directory.resolve(RootCeremony.ROOT)),
                Optional.of(certificate(directory.resolve(RootCeremony.NEW_WITH_OLD))));
    }

    /** Puts it where the rotation of the root waits for it. */
    static void toBeTakenNext(Path store, RootCertificates root) throws IOException {
        Path directory = store.resolve(NEXT_ROOT);
        PrivateFile.createDirectory(directory);
        PrivateFile.write(
                directory.resolve(RootCeremony.NEW_WITH_OLD),
                Pem.encode(root.newWithOld().orElseThrow()));
        PrivateFile.write(directory.resolve(RootCeremony.ROOT), Pem.encode(root.certificate()));
    }

    /** What was put there, if anything was. */
    static Optional<RootCertificates> nextRoot(Path store) throws IOException {
        Path directory = store.resolve(NEXT_ROOT);
        return Files.exists(directory.resolve(RootCeremony.ROOT))
                ? Optional.of(root(directory))
                : Optional.empty();
    }

    /** It is taken over. */
    static void forgetNextRoot(Path store) throws IOException {
        Path directory = store.resolve(NEXT_ROOT);
        Files.deleteIfExists(directory.resolve(RootCeremony.ROOT));
        Files.deleteIfExists(directory.resolve(RootCeremony.NEW_WITH_OLD));
        Files.deleteIfExists(directory);
    }

    /** What was put there. */
    static Signed imported(Path store) throws IOException {
        try {
            return signed(store.resolve(IMPORT));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "the keys of the authorities in %s wait for their certificates: sign their"
                                    .formatted(store)
                            + " requests in a ceremony and import what comes of it",
                    e);
        }
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(each -> each.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** Reads a CRL. */
    static X509CRL revocationList(Path file) throws IOException {
        List<byte[]> found = Pem.decode(Pem.X509_CRL, read(file));
        if (found.size() != 1) {
            throw new IOException("%s: expected one CRL".formatted(file));
        }
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(found.getFirst()));
        } catch (CertificateException | CRLException e) {
            throw new IOException("%s: no CRL".formatted(file), e);
        }
    }

    /** Reads a certificate. */
    static X509Certificate certificate(Path file) throws IOException {
        List<X509Certificate> found = Pem.certificates(read(file));
        if (found.size() != 1) {
            throw new IOException("%s: expected one certificate".formatted(file));
        }
        return found.getFirst();
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > OCTETS_AT_MOST) {
            throw new IOException("%s: too long".formatted(file));
        }
        return Files.readString(file, US_ASCII);
    }
}
