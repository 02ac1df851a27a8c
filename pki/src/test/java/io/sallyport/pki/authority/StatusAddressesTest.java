package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.Command;
import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.StatusAddresses;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

class StatusAddressesTest {

    private static final StatusAddresses ADDRESSES =
            new StatusAddresses(
                    URI.create("http://pki.example.net/crl/sites-1.crl"),
                    URI.create("http://pki.example.net/ocsp/sites-1"));

    @TempDir Path directory;

    private final TestAuthorities authorities = TestAuthorities.now();

    @Test
    void standInCertificatesOnceTheyAreKnownAndNotBefore() throws Exception {
        assertThat(read(branch(authorities.sites)))
                .doesNotContain("CRL Distribution", "OCSP - URI", "CRL issuer");
        assertThat(read(branch(authorities.sites.withStatusAt(ADDRESSES))))
                .contains(
                        "OCSP - URI:http://pki.example.net/ocsp/sites-1",
                        "URI:http://pki.example.net/crl/sites-1.crl",
                        // and by GnuTLS
                        "URI: http://pki.example.net/crl/sites-1.crl",
                        "Access Method: 1.3.6.1.5.5.7.48.1 (id-ad-ocsp)");
    }

    @Test
    void areNotInAResponder() throws Exception {
        Issued[] issued = new Issued[1];
        authorities.sites.withStatusAt(ADDRESSES).delegateOcsp(it -> issued[0] = it);
        assertThat(read(issued[0].certificate())).doesNotContain("URI:http://pki.example.net");
    }

    @Test
    void labelTellsGenerationsOfAnAuthorityApart() {
        assertThat(authorities.sites.label())
                .matches("sites-[0-9a-f]{8}")
                .isNotEqualTo(TestAuthorities.now().sites.label())
                .endsWith(
                        authorities
                                .sites
                                .certificate()
                                .getSubjectX500Principal()
                                .getName()
                                .replaceAll(".* ", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example/x",
                "ldap://a.example/x",
                "/x",
                "http:x",
                "http://u@a.example/",
                "http://a.example/#x",
                "http://a.example/ü"
            })
    void areHttpUrls(String address) {
        assertThatThrownBy(() -> StatusAddresses.require(URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private X509Certificate branch(CertificateAuthority sites) {
        return sites.issue(
                        EndEntityProfile.BRANCH,
                        CertificateNames.of(Identity.dns("b1.customer.example")),
                        GeneratedKey.p256(authorities.random),
                        _ -> {})
                .certificate();
    }

    private String read(X509Certificate certificate) throws Exception {
        Files.writeString(directory.resolve("certificate.pem"), Pem.encode(certificate));
        return OpenSsl.run(directory, "x509", "-in", "certificate.pem", "-noout", "-text")
                + Command.run(
                        directory, "certtool", "--certificate-info", "--infile", "certificate.pem");
    }
}
