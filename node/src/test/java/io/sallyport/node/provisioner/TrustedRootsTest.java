package io.sallyport.node.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.node.TestPki;

import org.junit.jupiter.api.Test;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

class TrustedRootsTest {
    private final TestPki former = new TestPki();
    private final TestPki next = new TestPki();
    private String stated = "";
    private final TrustedRoots roots = new TrustedRoots(TestPki.pem(former.root()), () -> stated);

    @Test
    void theFileIsTrustedUntilAStateSaysMore() throws Exception {
        assertThat(trusted()).containsExactly(former.root());
        stated = TestPki.pem(former.root()) + "\n" + TestPki.pem(next.root());
        assertThat(trusted()).containsExactly(former.root(), next.root());
    }

    @Test
    void theFileIsTrustedWhateverTheStateSays() throws Exception {
        stated = TestPki.pem(next.root());
        assertThat(trusted()).containsExactly(former.root(), next.root());
    }

    /** They have the same issuer as subject of the root: what counts is the signature. */
    @Test
    void whatARootSignedIsNoRoot() throws Exception {
        stated =
                TestPki.pem(next.root())
                        + "\n"
                        + TestPki.pem(next.issue(TestPki.newKey().getPublic()));
        assertThat(trusted()).containsExactly(former.root(), next.root());
    }

    @Test
    void aStateThatCannotBeReadTakesNothingAway() throws Exception {
        stated = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assertThat(trusted()).containsExactly(former.root());
    }

    private List<X509Certificate> trusted() throws CertificateException {
        return ProvisionerTls.certificates(roots.get());
    }
}
