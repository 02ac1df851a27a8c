package io.sallyport.provisioner.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.RunningProvisioner;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class RootTranscriptTest {

    @Test
    void nothingIsSignedByTheRootWithoutATranscript() throws IOException {
        try (RunningProvisioner provisioner = RunningProvisioner.start()) {
            assertThat(transcribed(provisioner))
                    .hasSize(5)
                    .containsExactlyInAnyOrderElementsOf(ofTheRoot(provisioner));

            assertThat(provisioner.bean(AuthorityGenerations.class).next(AuthorityProfile.SITES))
                    .isInstanceOf(NextAuthority.There.class);
            assertThat(transcribed(provisioner))
                    .hasSize(6)
                    .containsExactlyInAnyOrderElementsOf(ofTheRoot(provisioner));

            assertThat(provisioner.bean(RootGenerations.class).next())
                    .isInstanceOf(NextAuthority.There.class);
            assertThat(transcribed(provisioner))
                    .hasSize(8)
                    .containsExactlyInAnyOrderElementsOf(ofTheRoot(provisioner));
        }
    }

    /** What the database has of the root. */
    private static List<X509Certificate> ofTheRoot(RunningProvisioner provisioner)
            throws IOException {
        String root = Custody.commonName(provisioner.bean(Roots.class).current().certificate());
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate row : provisioner.bean(CertificateRepository.class).findAll()) {
            if (row.authority().equals(root)) {
                certificates.addAll(Pem.certificates(row.pem()));
            }
        }
        return certificates;
    }

    private static List<X509Certificate> transcribed(RunningProvisioner provisioner)
            throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try (Stream<Path> files = Files.list(provisioner.data().resolve("ca/transcripts"))) {
            for (Path file : files.sorted().toList()) {
                certificates.addAll(Pem.certificates(Files.readString(file)));
            }
        }
        return certificates;
    }
}
