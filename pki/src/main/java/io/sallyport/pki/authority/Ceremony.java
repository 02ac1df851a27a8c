package io.sallyport.pki.authority;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.Printable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;

/**
 * The only use of the root's key: with a transcript of everything that was made, in full. In front
 * of witnesses, or, where its key is with the service, as an {@link UnattendedCeremony}. A ceremony
 * that fails says so in its transcript, and can be held again: it finishes what is missing. Blocks;
 * one thread.
 */
public final class Ceremony {

    private final AuthorityStore store;
    private final RootCustody custody;
    private final Clock clock;
    private final List<String> attending;

    /**
     * A ceremony.
     *
     * @param store where the issuing authorities and the root's certificate are kept
     * @param custody where the root's key is kept
     * @param attending names of the people, at least one
     */
    public Ceremony(
            AuthorityStore store, RootCustody custody, Clock clock, List<String> attending) {
        if (attending.isEmpty()) {
            throw new IllegalArgumentException("nobody attends the ceremony");
        }
        this.store = store;
        this.custody = custody;
        this.clock = clock;
        this.attending = List.copyOf(attending);
    }

    /**
     * Makes the root and the issuing authorities, or those of them that are missing.
     *
     * @param rootKey the kind of the root's key, if it is made now
     * @param issuingPassphrase protects the keys of the issuing authorities
     * @param transcript must not exist
     * @throws IOException when anything fails; the transcript has the reason
     */
    public void create(
            KeyAlgorithm rootKey,
            Passphrase issuingPassphrase,
            Path transcript,
            CertificateRecorder recorder)
            throws IOException {
        hold(
                "creation of authorities",
                transcript,
                minutes -> {
                    store.create(
                            custody,
                            rootKey,
                            issuingPassphrase,
                            issued -> {
                                write(minutes, issued);
                                recorder.record(issued);
                            });
                    return null;
                });
    }

    /** What is done in a ceremony. */
    interface Act<T> {
        T perform(Transcript minutes) throws IOException;
    }

    private <T> T hold(String purpose, Path file, Act<T> act) throws IOException {
        return hold(purpose, file, clock, attending, custody, act);
    }

    /** Does it, and writes down what, who, where and how it ended. */
    static <T> T hold(
            String purpose,
            Path file,
            Clock clock,
            List<String> attending,
            RootCustody custody,
            Act<T> act)
            throws IOException {
        if (attending.isEmpty()) {
            throw new IllegalArgumentException("nobody attends the ceremony");
        }
        try (Transcript minutes = new Transcript(file, clock)) {
            minutes.entry("Ceremony: " + purpose);
            for (String name : attending) {
                minutes.entry("Attending: " + Printable.of(name));
            }
            minutes.entry("Root key: " + custody.description());
            try {
                T made = act.perform(minutes);
                minutes.entry("Complete");
                return made;
            } catch (IOException | RuntimeException e) {
                minutes.entry("FAILED: " + Printable.of(String.valueOf(e.getMessage())));
                throw e;
            }
        }
    }

    static void write(Transcript minutes, Issued issued) {
        X509Certificate certificate = issued.certificate();
        try {
            minutes.entry(
                    "Certificate of \"%s\" by \"%s\": serial %x, %s, %s to %s, SHA-256 %s"
                            .formatted(
                                    issued.subject(),
                                    issued.authority(),
                                    issued.serialNumber(),
                                    certificate.getPublicKey().getAlgorithm(),
                                    issued.notBefore(),
                                    issued.notAfter(),
                                    fingerprint(certificate)));
            minutes.attachment(Pem.encode(certificate));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without fingerprint", e);
        }
    }

    /** In hexadecimal digits, for people to compare. */
    static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
