package io.sallyport.provisioner.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;

import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Locale;
import java.util.Map;

/** Kinds of key that not every peer verifies: accepted where the operator says so. */
class OptionalKeysTest {
    private static RunningProvisioner provisioner;
    private static OrderClient customer;

    @BeforeAll
    static void start() throws IOException {
        provisioner =
                RunningProvisioner.start(Map.of("SALLYPORT_BRANCH_KEYS", "ed25519, ml-dsa-65"));
        FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "ML-DSA-65"})
    void areCertifiedForAnOrderAndOverEst(String algorithm) throws Exception {
        String branch = algorithm.toLowerCase(Locale.ROOT);
        byte[] request =
                request(KeyPairGenerator.getInstance(algorithm).generateKeyPair(), algorithm);
        var order =
                customer.post(
                        branch,
                        OrderClient.body(branch, "10.3.%d.0/24".formatted(branch.length()))
                                .put("generateKey", false)
                                .put("csr", Pem.encode("CERTIFICATE REQUEST", request))
                                .toString());
        assertThat(order.status()).as(order.body()).isEqualTo(202);
        customer.awaitState(order.json(), "CONFIGURED");

        BranchDevice device =
                new BranchDevice(
                        customer,
                        OrderClient.tunnelOf(order.json()),
                        branch + ".customer.sallyport.internal");
        KeyPair next = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        assertThat(
                        new EstClient(provisioner)
                                .enrolled(
                                        device.identity(),
                                        device.newSecret(),
                                        request(next, algorithm))
                                .getPublicKey())
                .isEqualTo(next.getPublic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "ML-DSA-65"})
    void areRefusedOtherwise(String algorithm) throws Exception {
        byte[] request =
                request(KeyPairGenerator.getInstance(algorithm).generateKeyPair(), algorithm);
        var answer =
                new OrderClient(RunningProvisioner.shared())
                        .post(
                                "optional-key",
                                OrderClient.body("optional-key", "10.3.1.0/24")
                                        .put("generateKey", false)
                                        .put("csr", Pem.encode("CERTIFICATE REQUEST", request))
                                        .toString());
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("csr");
        assertThat(answer.body()).contains("EC P-256");
    }

    private static byte[] request(KeyPair key, String algorithm) throws Exception {
        return new JcaPKCS10CertificationRequestBuilder(new X500Name(new RDN[0]), key.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate()))
                .getEncoded();
    }
}
