package io.sallyport.node.enrolment;

import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Enrols this node once.
 *
 * @param <A> what the provisioner answers this kind of node
 */
public final class Enroller<A extends Record> {
    private static final Logger LOG = System.getLogger(Enroller.class.getName());
    static final String ANSWER_FILE = "enrolment.json";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MAX_ANSWER_OCTETS = 256 * 1024;
    private static final int MAX_SECRET_OCTETS = 1024;
    // RFC 6750 section 2.1: what a bearer token can consist of.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final Membership<A> membership;
    private final StateDirectory state;
    private final KeySeal seal;
    private final URI apiUrl;
    private final Path secretFile;
    private final Backoff backoff;
    private final RandomGenerator random;

    /**
     * @param membership what this kind of node shows and gets
     * @param seal seals the node's keys before they are written
     * @param apiUrl the provisioner's public API, without the path
     * @param secretFile holds the one-time secret; deleted once it was used
     * @param random draws when the certificates are to be renewed
     */
    public Enroller(
            Membership<A> membership,
            StateDirectory state,
            KeySeal seal,
            URI apiUrl,
            Path secretFile,
            Backoff backoff,
            RandomGenerator random) {
        this.membership = membership;
        this.state = state;
        this.seal = seal;
        this.apiUrl = apiUrl;
        this.secretFile = secretFile;
        this.backoff = backoff;
        this.random = random;
    }

    /**
     * The node's keys and certificates: the stored ones, or new ones. Blocks, and asks again with
     * growing pauses, until the provisioner answers.
     *
     * @param connection trusts the internal root only
     * @throws EnrolmentRefusedException if there is no usable secret, or the provisioner refuses it
     * @throws InterruptedIOException if the thread is interrupted
     * @throws IOException if the state cannot be read or written
     */
    public Memberships<A> enrol(ProvisionerConnection connection) throws IOException {
        Optional<Memberships<A>> known = Memberships.read(state, seal, membership, random);
        if (known.isPresent()) {
            deleteSecret();
            return known.get();
        }
        List<KeyRequest> keys = new ArrayList<>();
        for (String name : membership.keys()) {
            keys.add(KeyRequest.storedOrNew(state, seal, name));
        }
        Optional<byte[]> stored = state.read(ANSWER_FILE);
        A answer;
        if (stored.isPresent()) {
            answer = WireJson.decode(stored.get(), membership.answer());
        } else {
            answer = ask(connection, secret(), keys);
            state.store(ANSWER_FILE, WireJson.encode(answer));
            LOG.log(Level.INFO, "enrolled");
        }
        Memberships<A> memberships =
                Memberships.begin(state, seal, membership, random, answer, keys);
        deleteSecret();
        return memberships;
    }

    /** Also after a kill before it: the secret was used and is worth nothing now. */
    private void deleteSecret() throws IOException {
        if (Files.deleteIfExists(secretFile)) {
            LOG.log(Level.INFO, "deleted the enrolment secret {0}", secretFile);
        }
    }

    private A ask(ProvisionerConnection connection, String secret, List<KeyRequest> keys)
            throws IOException {
        Record body = membership.request(keys.stream().map(KeyRequest::requestPem).toList());
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(withoutSlash(apiUrl) + membership.path()))
                        .header("Authorization", "Bearer " + secret)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(WireJson.encode(body)))
                        .build();
        while (true) {
            try {
                return attempt(connection, request, keys);
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

    private A attempt(ProvisionerConnection connection, HttpRequest request, List<KeyRequest> keys)
            throws IOException {
        ProvisionerConnection.Answer answer =
                connection.exchange(request, LIMIT, MAX_ANSWER_OCTETS);
        int status = answer.status();
        if (status == 200 || status == 201) {
            A enrolled = WireJson.decode(answer.body(), membership.answer());
            List<String> certificates = membership.certificatesPem(enrolled);
            for (int i = 0; i < keys.size(); i++) {
                keys.get(i).require(certificates.get(i));
            }
            return enrolled;
        }
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw new EnrolmentRefusedException(
                    "the provisioner refused the enrolment with status %d: the secret is wrong, used or too old"
                            .formatted(status));
        }
        throw new IOException("the provisioner answered with status " + status);
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
