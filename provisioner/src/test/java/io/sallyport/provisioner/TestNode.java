package io.sallyport.provisioner;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.WireJson;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A concentrator as far as the provisioner can tell: it enrols, fetches and reports. */
public final class TestNode {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final RunningProvisioner provisioner;
    private final UUID id;
    private final HttpClient client;
    private final List<X509Certificate> clientChain;

    private TestNode(
            RunningProvisioner provisioner,
            UUID id,
            HttpClient client,
            List<X509Certificate> clientChain) {
        this.provisioner = provisioner;
        this.id = id;
        this.client = client;
        this.clientChain = clientChain;
    }

    /** Registers one under a new name. @return the answer to the operator */
    public static JsonNode register(RunningProvisioner provisioner) {
        return provisioner
                .post(
                        "/v1/concentrators",
                        provisioner.operatorToken(),
                        registration("node-" + COUNT.incrementAndGet()))
                .json();
    }

    public static String registration(String name) {
        return """
        {"name": "%s", "ikeAddress": "192.0.2.1", "protectedNetworks": ["10.9.0.0/16"],
         "probeSource": "10.9.0.1"}
        """
                .formatted(name);
    }

    /** Registers and enrols one. */
    public static TestNode enrolled(RunningProvisioner provisioner) {
        return enrolled(provisioner, register(provisioner));
    }

    /** Enrols the one whose secret the operator was answered. */
    public static TestNode enrolled(RunningProvisioner provisioner, JsonNode registered) {
        KeyPair clientKey = ecKey("secp256r1");
        Answer answer =
                enrol(
                        provisioner,
                        registered.get("enrolmentSecret").textValue(),
                        request(clientKey),
                        request(ecKey("secp256r1")));
        try {
            Enrolment.Answer enrolment =
                    WireJson.decode(
                            answer.response().body().getBytes(StandardCharsets.UTF_8),
                            Enrolment.Answer.class);
            List<X509Certificate> chain = Pem.certificates(enrolment.clientChainPem());
            HttpClient client =
                    HttpClient.newBuilder()
                            .sslContext(
                                    TestTls.showing(
                                            provisioner.rootFile(), clientKey.getPrivate(), chain))
                            .build();
            return new TestNode(provisioner, enrolment.concentrator(), client, chain);
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    public static Answer enrol(
            RunningProvisioner provisioner,
            String secret,
            String clientRequest,
            String ikeRequest) {
        byte[] body = WireJson.encode(new Enrolment.Request(clientRequest, ikeRequest));
        return provisioner.send(
                provisioner
                        .request("/v1/enrolments", secret)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public static KeyPair ecKey(String curve) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair rsaKey(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A PKCS#10 request that names nobody, in PEM. */
    public static String request(KeyPair key) {
        return request(key, "");
    }

    public static String request(KeyPair key, String subject) {
        String algorithm =
                key.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        try {
            return Pem.encode(
                    Pem.CERTIFICATE_REQUEST,
                    new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), key.getPublic())
                            .build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate()))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public UUID id() {
        return id;
    }

    /** Its TLS certificate. */
    public X509Certificate clientCertificate() {
        return clientChain.getFirst();
    }

    /** Shows its certificate. */
    public HttpClient client() {
        return client;
    }

    /** A request to the internal API about this node. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        provisioner
                                .internalUrl()
                                .resolve("/internal/v1/concentrators/%s/%s".formatted(id, path)))
                .timeout(Duration.ofSeconds(40));
    }

    /** Fetches the desired state. */
    public Answer desired(long after) {
        return RunningProvisioner.send(client, request("desired?after=" + after));
    }

    /** Posts a report. */
    public Answer report(ObservationReport report) {
        return RunningProvisioner.send(
                client,
                request("reports")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(WireJson.encode(report))));
    }
}
