package io.sallyport.provisioner.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestTls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** An EST client of the JDK's, for answers that other clients do not show. */
final class EstClient {
    private final RunningProvisioner provisioner;
    private final String label;

    /** Of branches. */
    EstClient(RunningProvisioner provisioner) {
        this(provisioner, "");
    }

    /**
     * @param label in the path, with the slash after it (RFC 7030 section 3.2.2)
     */
    EstClient(RunningProvisioner provisioner, String label) {
        this.provisioner = provisioner;
        this.label = label;
    }

    /** A key and the certificate for it. */
    record Credentials(PrivateKey key, X509Certificate certificate) {}

    /** Enrols a device with a fresh secret. */
    Credentials setUp(BranchDevice device) {
        KeyPair key = Requests.ecKey();
        return new Credentials(
                key.getPrivate(),
                enrolled(
                        device.identity(),
                        device.newSecret(),
                        Requests.naming(key, device.identity())));
    }

    Answer enrol(String name, String secret, byte[] request) {
        return enrolText(name, secret, Base64.getMimeEncoder().encodeToString(request));
    }

    Answer enrolText(String name, String secret, String body) {
        String credentials =
                Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(UTF_8));
        return post(provisioner.client(), "simpleenroll", "Basic " + credentials, body);
    }

    /** Enrols, and expects a certificate. */
    X509Certificate enrolled(String name, String secret, byte[] request) {
        return certificate(enrol(name, secret, request));
    }

    Answer renew(Credentials credentials, byte[] request) {
        try (HttpClient client = showing(credentials)) {
            return post(
                    client,
                    "simplereenroll",
                    null,
                    Base64.getMimeEncoder().encodeToString(request));
        }
    }

    /** The certificate alone: the server knows who issues for branches. */
    private HttpClient showing(Credentials credentials) {
        try {
            return HttpClient.newBuilder()
                    .sslContext(
                            TestTls.showing(
                                    provisioner.rootFile(),
                                    credentials.key(),
                                    List.of(credentials.certificate())))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Renews, and expects a certificate. */
    X509Certificate renewed(Credentials credentials, byte[] request) {
        return certificate(renew(credentials, request));
    }

    Answer post(String operation, byte[] request) {
        return post(operation, null, request);
    }

    Answer post(String operation, @Nullable String authorization, byte[] request) {
        return post(
                provisioner.client(),
                operation,
                authorization,
                Base64.getMimeEncoder().encodeToString(request));
    }

    Answer get(String path) {
        return get(provisioner.client(), path);
    }

    Answer get(Credentials credentials, String path) {
        try (HttpClient client = showing(credentials)) {
            return get(client, path);
        }
    }

    private Answer get(HttpClient client, String path) {
        return RunningProvisioner.send(
                client,
                HttpRequest.newBuilder(provisioner.enrolmentUrl().resolve(path))
                        .timeout(Duration.ofSeconds(40))
                        .GET());
    }

    private Answer post(
            HttpClient client, String operation, @Nullable String authorization, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                provisioner
                                        .enrolmentUrl()
                                        .resolve("/.well-known/est/" + label + operation))
                        .timeout(Duration.ofSeconds(40))
                        .header(
                                "Content-Type",
                                operation.equals("fullcmc")
                                        ? "application/pkcs7-mime"
                                        : "application/pkcs10")
                        .POST(BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return RunningProvisioner.send(client, request);
    }

    private static X509Certificate certificate(Answer answer) {
        if (answer.status() != 200
                || !answer.header("content-type")
                        .equals("application/pkcs7-mime; smime-type=certs-only")) {
            throw new AssertionError(answer.response() + answer.body());
        }
        byte[] message = Base64.getMimeDecoder().decode(answer.body());
        try {
            var certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(message));
            if (certificates.size() != 1) {
                throw new AssertionError(certificates);
            }
            return (X509Certificate) certificates.iterator().next();
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
