package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.pem.Pem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * A ceremony in which a root makes way for another: the new key is made where it will be kept, and
 * the former root certifies it (RFC 4210 section 4.4). Both keys are there, and nothing secret
 * comes in or goes out. Blocks; one thread.
 */
public final class RootCeremony {
    /** The file that the new root's certificate is written to. */
    public static final String ROOT = "root.pem";

    /** The file that the new root's key, certified by the former root, is written to. */
    public static final String NEW_WITH_OLD = AuthorityFiles.NEW_WITH_OLD;

    private final RootCustody former;
    private final RootCustody next;
    private final Clock clock;
    private final SecureRandom random;
    private final List<String> attending;

    /**
     * A ceremony.
     *
     * @param former where the present root's key is kept
     * @param next where the new one will be; another place
     * @param attending names of the people, at least one
     */
    public RootCeremony(
            RootCustody former,
            RootCustody next,
            Clock clock,
            SecureRandom random,
            List<String> attending) {
        this.former = former;
        this.next = next;
        this.clock = clock;
        this.random = random;
        this.attending = List.copyOf(attending);
    }

    /**
     * Makes the new root, or finds the one that an interrupted ceremony made, and certifies it.
     *
     * @param certificates a directory; gets {@link #ROOT} and {@link #NEW_WITH_OLD}
     * @param transcript must not exist
     * @throws IOException when anything fails; the transcript has the reason
     */
    public RootCertificates succeed(KeyAlgorithm rootKey, Path certificates, Path transcript)
            throws IOException {
        return Ceremony.hold(
                "a root that follows another",
                transcript,
                clock,
                attending,
                former,
                minutes -> {
                    minutes.entry("Next root key: " + next.description());
                    X509Certificate present =
                            former.kept().orElseThrow(() -> new IOException("there is no root"));
                    CertificateAuthority root = RootWithKey.open(present, former, clock, random);
                    CertificateAuthority following = following(root, rootKey, minutes);
                    Issued newWithOld =
                            root.vouchFor(following, issued -> Ceremony.write(minutes, issued));
                    var made =
                            new RootCertificates(
                                    following.certificate(), Optional.of(newWithOld.certificate()));
                    made.requireVouchedFor(present);
                    write(certificates, ROOT, made.certificate());
                    write(certificates, NEW_WITH_OLD, newWithOld.certificate());
                    return made;
                });
    }

    private CertificateAuthority following(
            CertificateAuthority root, KeyAlgorithm rootKey, Transcript minutes)
            throws IOException {
        Optional<X509Certificate> kept = next.kept();
        if (kept.isPresent()) {
            return RootWithKey.open(kept.get(), next, clock, random);
        }
        SigningKey key = next.generate(rootKey);
        CertificateAuthority made =
                root.createNextRoot(key, issued -> Ceremony.write(minutes, issued));
        next.keep(key, made.certificate());
        return made;
    }

    private static void write(Path directory, String name, X509Certificate certificate)
            throws IOException {
        Files.createDirectories(directory);
        Path partial =
                Files.writeString(
                        directory.resolve("." + name + ".partial"),
                        Pem.encode(certificate),
                        US_ASCII);
        Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
