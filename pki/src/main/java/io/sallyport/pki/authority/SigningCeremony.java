package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.pki.request.VerifiedRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A ceremony on a machine where no service runs: the root, whose key is there and nowhere else,
 * signs what the issuing authorities of a service request. Nothing secret comes in or goes out.
 * Blocks; one thread.
 */
public final class SigningCeremony {

    private final RootCustody custody;
    private final Namespace namespace;
    private final Clock clock;
    private final SecureRandom random;
    private final List<String> attending;

    /**
     * A ceremony.
     *
     * @param custody where the root's key is kept
     * @param namespace the names that the authorities may certify
     * @param attending names of the people, at least one
     */
    public SigningCeremony(
            RootCustody custody,
            Namespace namespace,
            Clock clock,
            SecureRandom random,
            List<String> attending) {
        this.custody = custody;
        this.namespace = namespace;
        this.clock = clock;
        this.random = random;
        this.attending = List.copyOf(attending);
    }

    /**
     * Signs requests; makes the root first, if there is none.
     *
     * @param rootKey the kind of the root's key, if it is made now
     * @param requests what each authority sent, by its name, PEM
     * @param certificates a directory; gets {@code root.pem} and one file for each authority
     * @param transcript must not exist
     * @throws IOException when anything fails; the transcript has the reason
     */
    public void certify(
            KeyAlgorithm rootKey, Map<String, String> requests, Path certificates, Path transcript)
            throws IOException {
        Ceremony.hold(
                "certification of authorities of " + namespace.domain().text(),
                transcript,
                clock,
                attending,
                custody,
                minutes -> {
                    // All of them are looked at before any is signed.
                    Map<AuthorityProfile, VerifiedRequest> verified = new LinkedHashMap<>();
                    for (Map.Entry<String, String> each : requests.entrySet()) {
                        VerifiedRequest request =
                                VerifiedRequest.parseOfAuthority(
                                        each.getValue().getBytes(US_ASCII));
                        minutes.entry(
                                "Request of %s: key SHA-256 %s"
                                        .formatted(
                                                each.getKey(),
                                                Ceremony.sha256(request.publicKey().getEncoded())));
                        verified.put(profile(each.getKey()), request);
                    }
                    CertificateAuthority root =
                            RootWithKey.keptOrNew(
                                    custody,
                                    rootKey,
                                    clock,
                                    random,
                                    issued -> Ceremony.write(minutes, issued));
                    write(
                            certificates,
                            AuthorityProfile.ROOT.name(),
                            Pem.encode(root.certificate()));
                    for (Map.Entry<AuthorityProfile, VerifiedRequest> each : verified.entrySet()) {
                        AuthorityProfile profile = each.getKey();
                        Issued issued =
                                root.certify(
                                        profile,
                                        namespace.constraints(profile),
                                        each.getValue().publicKey(),
                                        it -> Ceremony.write(minutes, it));
                        write(certificates, profile.name(), Pem.encode(issued.certificate()));
                    }
                    return null;
                });
    }

    /** The fingerprint by which people compare a request here and there. */
    public static String fingerprint(String requestPem) {
        return Ceremony.sha256(
                VerifiedRequest.parseOfAuthority(requestPem.getBytes(US_ASCII))
                        .publicKey()
                        .getEncoded());
    }

    private static AuthorityProfile profile(String name) throws IOException {
        return AuthorityStore.ISSUING.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no authority for " + name));
    }

    private static void write(Path directory, String name, String pem) throws IOException {
        Files.createDirectories(directory);
        Path partial = Files.writeString(directory.resolve("." + name + ".partial"), pem, US_ASCII);
        Files.move(partial, directory.resolve(name + ".pem"), StandardCopyOption.ATOMIC_MOVE);
    }
}
