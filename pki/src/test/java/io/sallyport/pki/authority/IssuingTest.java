package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

class IssuingTest {

    @Test
    void issuesABranchCertificateAndRecordsIt() throws Exception {
        SecureRandom random = new SecureRandom();
        List<Issued> recorded = new ArrayList<>();
        CertificateAuthority root =
                CertificateAuthority.createRoot(
                        AuthorityProfile.ROOT, Clock.systemUTC(), random, recorded::add);
        CertificateAuthority sites = root.createSubordinate(AuthorityProfile.SITES, recorded::add);
        Issued issued =
                sites.issue(
                        EndEntityProfile.BRANCH,
                        CertificateNames.of(Identity.dns("b1.example")),
                        GeneratedKey.p256(random),
                        recorded::add);
        assertThat(recorded).hasSize(3).last().isSameAs(issued);
        issued.certificate().verify(sites.certificate().getPublicKey());
    }
}
