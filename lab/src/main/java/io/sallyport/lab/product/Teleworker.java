package io.sallyport.lab.product;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.LabException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A teleworker as the customer made it over the API.
 *
 * @param id at the provisioner
 * @param username what it logs in as
 * @param password made by the provisioner
 * @param totp what makes its one-time passwords, if it has that
 */
public record Teleworker(String id, String username, String password, Optional<TotpSecret> totp) {
    /** Makes a teleworker of some groups. */
    public static Teleworker create(
            ProvisionerApi customer, String username, boolean totp, String... groups) {
        JsonNode created =
                customer.post(
                                "/v1/teleworkers",
                                """
                                {"username":"%s","groups":["%s"],"generatePassword":true,"totp":%s}
                                """
                                        .formatted(username, String.join("\",\"", groups), totp),
                                Map.of())
                        .expect(201)
                        .json();
        return new Teleworker(
                created.path("id").asText(),
                created.path("username").asText(),
                created.path("password").asText(),
                totp
                        ? Optional.of(new TotpSecret(created.path("totp").path("secret").asText()))
                        : Optional.empty());
    }

    /**
     * A client certificate and its key.
     *
     * @param id at the provisioner
     * @param pkcs12 as it was handed out, in base64
     * @param passphrase opens it
     * @param certificatePem what is in it: the certificate and the issuer's behind it
     * @param keyPem what is in it, PKCS#8
     */
    public record ClientCertificate(
            String id, String pkcs12, String passphrase, String certificatePem, String keyPem) {
        @Override
        public String toString() {
            return "ClientCertificate[id=%s]".formatted(id);
        }
    }

    /** Has a certificate issued, with a key made by the provisioner. */
    public ClientCertificate issueCertificate(ProvisionerApi customer) {
        JsonNode issued =
                customer.post(
                                "/v1/teleworkers/" + id + "/certificates",
                                "{\"generateKey\":true}",
                                Map.of())
                        .expect(201)
                        .json();
        char[] passphrase = issued.path("pkcs12").path("password").asText().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(
                    new ByteArrayInputStream(
                            Base64.getDecoder()
                                    .decode(issued.path("pkcs12").path("base64").asText())),
                    passphrase);
            String alias = store.aliases().nextElement();
            Key key = store.getKey(alias, passphrase);
            StringBuilder chain = new StringBuilder();
            for (Certificate certificate : store.getCertificateChain(alias)) {
                chain.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            return new ClientCertificate(
                    issued.path("id").asText(),
                    issued.path("pkcs12").path("base64").asText(),
                    new String(passphrase),
                    chain.toString(),
                    pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new LabException("the certificate of " + username, e);
        }
    }

    private static String pem(String label, byte[] octets) {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, System.lineSeparator().getBytes(US_ASCII))
                                .encodeToString(octets));
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
        return "Teleworker[username=%s]".formatted(username);
    }
}
