package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.Pkcs12;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

class Pkcs12Test {

    private static final String NAME = "b1.customer.example";

    private final TestAuthorities authorities = TestAuthorities.now();
    private final GeneratedKey key = GeneratedKey.p256(authorities.random);
    private final Issued issued =
            authorities.sites.issue(
                    EndEntityProfile.BRANCH,
                    CertificateNames.of(Identity.dns(NAME)),
                    key,
                    authorities.recorded::add);
    private final List<X509Certificate> chain =
            List.of(
                    issued.certificate(),
                    authorities.sites.certificate(),
                    authorities.root.certificate());

    @Test
    void opensslOpensItAndFindsItStrong(@TempDir Path directory) throws Exception {
        Pkcs12 file = Pkcs12.seal(key, chain, NAME, authorities.random);
        byte[] octets = new byte[file.octets().remaining()];
        file.octets().get(octets);
        Files.write(directory.resolve("branch.p12"), octets);
        String password = new String(file.passphrase().characters());

        String output =
                OpenSsl.run(
                        directory,
                        "pkcs12",
                        "-in",
                        "branch.p12",
                        "-info",
                        "-nodes",
                        "-passin",
                        "pass:" + password);
        assertThat(output)
                .contains("MAC: sha256")
                .contains("Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 2048")
                .contains("friendlyName: " + NAME)
                .contains("BEGIN PRIVATE KEY");
        assertThat(output.split("BEGIN CERTIFICATE", -1)).hasSize(1 + 3);
        assertThat(
                        OpenSsl.attempt(
                                        directory,
                                        "pkcs12",
                                        "-in",
                                        "branch.p12",
                                        "-noout",
                                        "-passin",
                                        "pass:wrong")
                                .status())
                .isNotZero();
        assertThat(file).hasToString("Pkcs12[hidden]");
    }

    @Test
    void keyStoreOfTheJdkHasTheKeyWithItsChain() throws Exception {
        Pkcs12 file = Pkcs12.seal(key, chain, NAME, authorities.random);
        byte[] octets = new byte[file.octets().remaining()];
        file.octets().get(octets);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(octets), file.passphrase().characters());

        assertThat(Collections.list(store.aliases())).containsExactly(NAME);
        ECPrivateKey opened = (ECPrivateKey) store.getKey(NAME, file.passphrase().characters());
        assertThat(opened.getS()).isEqualTo(((ECPrivateKey) key.privateKey()).getS());
        // RFC 5915: GnuTLS reads no EC key without its public half.
        assertThat(HexFormat.of().formatHex(opened.getEncoded()))
                .contains(HexFormat.of().formatHex(publicPoint()));
        assertThat(store.getCertificateChain(NAME)).containsExactlyElementsOf(chain);
    }

    @Test
    void refusesAChainOfAnotherKey() {
        GeneratedKey other = GeneratedKey.p256(authorities.random);
        assertThatThrownBy(() -> Pkcs12.seal(other, chain, NAME, authorities.random))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] publicPoint() {
        return SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded())
                .getPublicKeyData()
                .getOctets();
    }
}
