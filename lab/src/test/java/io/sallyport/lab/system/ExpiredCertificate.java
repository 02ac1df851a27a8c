package io.sallyport.lab.system;

import static io.sallyport.lab.system.Teleworking.DEADLINE;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker.ClientCertificate;
import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.Passphrase;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * A client certificate that the real authority signed and that has ended. The provisioner issues
 * none so short, so it is made with the authority's key, which a test can open.
 */
final class ExpiredCertificate {
    private static final String DIRECTORY = "/run/expired";
    private static final String KEY = DIRECTORY + "/shown.key";
    private static final String CERTIFICATE = DIRECTORY + "/shown.pem";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private ExpiredCertificate() {}

    /** Puts it on a host, for the key of another certificate; the client there shows it. */
    static OpenConnect.Start shown(
            OpenConnect.Start client,
            TeleworkerHost host,
            ProvisionerProcess provisioner,
            ClientCertificate valid,
            Clock clock)
            throws IOException {
        Instant end = clock.instant().minus(Duration.ofMinutes(1));
        host.write(KEY, valid.keyPem(), 0600);
        host.write(CERTIFICATE, signed(host, provisioner, "expired@lab", KEY, end), 0644);
        return client.with("--certificate", CERTIFICATE, "--sslkey", KEY);
    }

    /**
     * A certificate of an hour.
     *
     * @param identity common name and subject alternative name
     * @param keyFile on the host
     * @return PEM
     */
    static String signed(
            TeleworkerHost host,
            ProvisionerProcess provisioner,
            String identity,
            String keyFile,
            Instant end)
            throws IOException {
        Path authorities = provisioner.data().resolve("ca");
        Path teleworkers = current(provisioner, authorities);
        host.write(
                DIRECTORY + "/ca.pem",
                Files.readString(teleworkers.resolve("certificate.pem")),
                0600);
        host.write(
                DIRECTORY + "/ca.key",
                inClear(teleworkers.resolve("key.pem"), authorities.resolve("password")),
                0600);
        host.write(
                DIRECTORY + "/ca.conf",
                """
                [ca]
                default_ca = teleworkers
                [teleworkers]
                database = index
                new_certs_dir = .
                rand_serial = yes
                default_md = sha256
                policy = names
                x509_extensions = client
                [names]
                commonName = supplied
                [client]
                keyUsage = digitalSignature
                extendedKeyUsage = clientAuth
                subjectAltName = email:%s
                """
                        .formatted(identity),
                0600);
        return host.shell(
                DEADLINE,
                """
                cd %s
                : >index
                openssl req -new -key %s -subj /CN=%s -out client.csr
                openssl ca -batch -notext -config ca.conf -cert ca.pem -keyfile ca.key \\
                  -startdate %s -enddate %s -in client.csr -out client.pem 2>log || { cat log >&2; exit 1; }
                rm ca.key
                cat client.pem
                """
                        .formatted(
                                DIRECTORY,
                                keyFile,
                                identity,
                                TIME.format(end.minus(Duration.ofHours(1))),
                                TIME.format(end)));
    }

    /** The one that issues now: a test before this one may have rolled it over. */
    private static Path current(ProvisionerProcess provisioner, Path authorities)
            throws IOException {
        for (JsonNode each :
                provisioner
                        .operator()
                        .get("/v1/authorities")
                        .expect(200)
                        .json()
                        .path("authorities")) {
            if (each.path("purpose").asText().equals("TELEWORKERS")
                    && each.path("state").asText().equals("CURRENT")) {
                return folder(authorities, each.path("subject").asText());
            }
        }
        throw new IllegalStateException("no authority for teleworkers");
    }

    private static Path folder(Path authorities, String subject) throws IOException {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(authorities, "teleworkers*")) {
            for (Path folder : folders) {
                try (InputStream pem = Files.newInputStream(folder.resolve("certificate.pem"))) {
                    X509Certificate found =
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(pem);
                    if (found.getSubjectX500Principal().getName().contains(subject)) {
                        return folder;
                    }
                }
            }
        } catch (CertificateException e) {
            throw new IllegalStateException("an authority's certificate", e);
        }
        throw new IllegalStateException("no folder of " + subject);
    }

    /** As openssl reads it: its commands know no key that is encrypted with AES-GCM. */
    private static String inClear(Path key, Path password) throws IOException {
        try (Passphrase passphrase =
                Passphrase.of(Files.readString(password).strip().toCharArray())) {
            byte[] clear = EncryptedKey.decrypt(Files.readString(key), passphrase).getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                    .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(clear));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's key does not open", e);
        }
    }
}
