package io.sallyport.concentrator.enrolment;

import io.sallyport.concentrator.provisioner.Backoff;
import io.sallyport.concentrator.provisioner.ProvisionerConnection;
import io.sallyport.concentrator.provisioner.ProvisionerTls;
import io.sallyport.concentrator.storage.StateDirectory;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Enrols this node once. */
public final class Enroller {
    private static final Logger LOG = System.getLogger(Enroller.class.getName());
    private static final String ANSWER_FILE = "enrolment.json";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MAX_ANSWER_OCTETS = 256 * 1024;
    private static final int MAX_SECRET_OCTETS = 1024;
    // RFC 6750 section 2.1: what a bearer token can consist of.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final StateDirectory state;
    private final URI apiUrl;
    private final Path secretFile;
    private final Backoff backoff;

    /**
     * @param apiUrl the provisioner's public API, without the path
     * @param secretFile holds the one-time secret; deleted once it was used
     */
    public Enroller(StateDirectory state, URI apiUrl, Path secretFile, Backoff backoff) {
        this.state = state;
        this.apiUrl = apiUrl;
        this.secretFile = secretFile;
        this.backoff = backoff;
    }

    /**
     * The node's identity: the stored one, or a new one. Blocks, and asks again with growing
     * pauses, until the provisioner answers.
     *
     * @param connection trusts the internal root only
     * @throws EnrolmentRefusedException if there is no usable secret, or the provisioner refuses it
     * @throws InterruptedIOException if the thread is interrupted
     * @throws IOException if the state cannot be read or written
     */
    public NodeIdentity enrol(ProvisionerConnection connection) throws IOException {
        KeyRequest client = KeyRequest.storedOrNew(state, "client");
        KeyRequest ike = KeyRequest.storedOrNew(state, "ike");
        Optional<byte[]> stored = state.read(ANSWER_FILE);
        Enrolment.Answer answer;
        if (stored.isPresent()) {
            answer = WireJson.decode(stored.get(), Enrolment.Answer.class);
        } else {
            answer = ask(connection, secret(), client, ike);
            state.store(ANSWER_FILE, WireJson.encode(answer));
            LOG.log(Level.INFO, "enrolled as concentrator {0}", answer.concentrator());
        }
        // Also after a kill between the two: the secret was used and is worth nothing now.
        if (Files.deleteIfExists(secretFile)) {
            LOG.log(Level.INFO, "deleted the enrolment secret {0}", secretFile);
        }
        return new NodeIdentity(
                answer.concentrator(),
                answer.internalUrl(),
                client.privateKey(),
                answer.clientChainPem(),
                ike.privateKey(),
                answer.ikeCertificatePem());
    }

    private Enrolment.Answer ask(
            ProvisionerConnection connection, String secret, KeyRequest client, KeyRequest ike)
            throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(withoutSlash(apiUrl) + "/v1/enrolments"))
                        .header("Authorization", "Bearer " + secret)
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofByteArray(
                                        WireJson.encode(
                                                new Enrolment.Request(
                                                        client.requestPem(), ike.requestPem()))))
                        .build();
        while (true) {
            try {
                return attempt(connection, request, client, ike);
            } catch (EnrolmentRefusedException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                Duration pause = backoff.next();
                LOG.log(
                        Level.WARNING,
                        "enrolment failed, next attempt in {0} ms: {1}",
                        pause.toMillis(),
                        e);
                sleep(pause);
            }
        }
    }

    private static Enrolment.Answer attempt(
            ProvisionerConnection connection,
            HttpRequest request,
            KeyRequest client,
            KeyRequest ike)
            throws IOException {
        ProvisionerConnection.Answer answer =
                connection.exchange(request, LIMIT, MAX_ANSWER_OCTETS);
        int status = answer.status();
        if (status == 200 || status == 201) {
            Enrolment.Answer enrolled = WireJson.decode(answer.body(), Enrolment.Answer.class);
            requireFor(client, enrolled.clientChainPem());
            requireFor(ike, enrolled.ikeCertificatePem());
            return enrolled;
        }
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw new EnrolmentRefusedException(
                    "the provisioner refused the enrolment with status %d: the secret is wrong, used or too old"
                            .formatted(status));
        }
        throw new IOException("the provisioner answered with status " + status);
    }

    private static void requireFor(KeyRequest key, String certificatePem) throws IOException {
        try {
            if (!key.isFor(ProvisionerTls.certificates(certificatePem).getFirst().getPublicKey())) {
                throw new IOException("the provisioner answered with another key's certificate");
            }
        } catch (CertificateException e) {
            throw new IOException(
                    "the provisioner answered with a malformed certificate: " + e.getMessage(), e);
        }
    }

    private String secret() throws IOException {
        byte[] content;
        try {
            if (Files.size(secretFile) > MAX_SECRET_OCTETS) {
                throw new EnrolmentRefusedException(secretFile + " is too large for a secret");
            }
            content = Files.readAllBytes(secretFile);
        } catch (NoSuchFileException _) {
            throw new EnrolmentRefusedException(
                    "this node is not enrolled, and there is no enrolment secret in " + secretFile);
        }
        String secret = new String(content, StandardCharsets.US_ASCII).strip();
        if (!TOKEN.matcher(secret).matches()) {
            throw new EnrolmentRefusedException(secretFile + " does not hold an enrolment secret");
        }
        return secret;
    }

    private static String withoutSlash(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to enrol");
        }
    }
}
