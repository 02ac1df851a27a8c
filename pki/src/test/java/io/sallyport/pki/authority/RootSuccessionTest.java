package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.Command;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A root makes way for another. */
class RootSuccessionTest {
    private static final Passphrase PASSPHRASE = Passphrase.of("of all".toCharArray());

    @TempDir Path directory;
    private final SecureRandom random = new SecureRandom();
    private final List<Issued> recorded = new ArrayList<>();

    @Test
    void whoeverTrustsTheFormerRootAloneVerifiesWhatIsBelowTheNextOne() throws Exception {
        store().create(PASSPHRASE, PASSPHRASE, _ -> {});
        String folder = store().createNextRoot("root", PASSPHRASE, recorded::add);
        RootCertificates former = store().roots().get("root");
        RootCertificates next = store().roots().get(folder);
        assertThat(recorded)
                .extracting(Issued::certificate)
                .containsExactly(next.certificate(), next.newWithOld().orElseThrow());
        assertThat(next.certificate().getSubjectX500Principal())
                .as("a key update keeps the name")
                .isEqualTo(former.certificate().getSubjectX500Principal());
        assertThat(former.newWithOld()).isEmpty();

        CertificateAuthority sites =
                store().createNext(folder, AuthorityProfile.SITES, PASSPHRASE, PASSPHRASE, _ -> {});
        X509Certificate leaf = leaf(sites);
        write("former.pem", former.certificate());
        write("next.pem", next.certificate());
        write("leaf.pem", leaf);
        write("between.pem", sites.certificate(), next.newWithOld().orElseThrow());
        write("sites.pem", sites.certificate());
        for (String root : List.of("former", "next")) {
            assertThat(openssl(root, "between.pem")).as(root).contains("leaf.pem: OK");
        }
        assertThat(openssl("next", "sites.pem")).contains("leaf.pem: OK");
        validate(
                former.certificate(),
                List.of(leaf, sites.certificate(), next.newWithOld().orElseThrow()));
        validate(next.certificate(), List.of(leaf, sites.certificate()));
        assertThat(store().openAll(PASSPHRASE)).containsKey(sites.label());
        // The former one certifies as before.
        assertThat(
                        former.signed(
                                store().createNext(
                                                "root",
                                                AuthorityProfile.SITES,
                                                PASSPHRASE,
                                                PASSPHRASE,
                                                _ -> {})
                                        .certificate()))
                .isTrue();
    }

    @Test
    void aCeremonyMakesTheNextRootWhereItIsKeptAndIsFinishedAfterAnInterruption() throws Exception {
        store().create(PASSPHRASE, PASSPHRASE, _ -> {});
        Path safe = directory.resolve("safe");
        Path out = directory.resolve("out");
        RootCertificates first =
                ceremony(safe).succeed(KeyAlgorithm.EC_P384, out, directory.resolve("first"));
        RootCertificates second =
                ceremony(safe).succeed(KeyAlgorithm.EC_P384, out, directory.resolve("second"));
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(Files.readString(directory.resolve("first")))
                .contains("Next root key: encrypted file " + safe, "Complete")
                .doesNotContain("PRIVATE");
        assertThat(Pem.certificates(Files.readString(out.resolve(RootCeremony.ROOT))))
                .containsExactly(first.certificate());

        X509Certificate former = store().roots().get("root").certificate();
        String folder = store().installNextRoot(former, second, recorded::add);
        assertThat(store().roots().get(folder)).isEqualTo(second);
        assertThat(store().hasRootKey(folder)).isFalse();
        assertThat(store().installNextRoot(former, second, recorded::add)).isEqualTo(folder);
    }

    @Test
    void aRootThatTheFormerOneDoesNotVouchForIsRefused() throws Exception {
        store().create(PASSPHRASE, PASSPHRASE, _ -> {});
        X509Certificate former = store().roots().get("root").certificate();
        var others =
                new AuthorityStore(
                        directory.resolve("others"),
                        TestAuthorities.NAMESPACE,
                        Clock.systemUTC(),
                        random);
        others.create(PASSPHRASE, PASSPHRASE, _ -> {});
        String folder = others.createNextRoot("root", PASSPHRASE, _ -> {});
        RootCertificates foreign = others.roots().get(folder);
        String ownFolder = store().createNextRoot("root", PASSPHRASE, _ -> {});
        RootCertificates own = store().roots().get(ownFolder);
        for (RootCertificates each :
                List.of(
                        foreign,
                        new RootCertificates(foreign.certificate(), own.newWithOld()),
                        new RootCertificates(own.certificate(), Optional.empty()),
                        new RootCertificates(former, Optional.of(former)),
                        new RootCertificates(own.newWithOld().orElseThrow(), own.newWithOld()))) {
            assertThatThrownBy(() -> store().installNextRoot(former, each, recorded::add))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("authority root");
        }
        assertThat(recorded).isEmpty();
    }

    private X509Certificate leaf(CertificateAuthority sites) {
        return sites.issue(
                        EndEntityProfile.BRANCH,
                        CertificateNames.of(
                                Identity.dns("lyon." + TestAuthorities.NAMESPACE.domain().text())),
                        GeneratedKey.p256(random),
                        _ -> {})
                .certificate();
    }

    private static void validate(X509Certificate anchor, List<X509Certificate> path)
            throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(false);
        var _ =
                CertPathValidator.getInstance("PKIX")
                        .validate(
                                CertificateFactory.getInstance("X.509").generateCertPath(path),
                                parameters);
    }

    private String openssl(String root, String between) throws Exception {
        return Command.run(
                directory,
                "openssl verify -x509_strict -CAfile %s.pem -untrusted %s leaf.pem"
                        .formatted(root, between)
                        .split(" "));
    }

    private void write(String file, X509Certificate... certificates) throws IOException {
        var text = new StringBuilder();
        for (X509Certificate each : certificates) {
            text.append(Pem.encode(each));
        }
        Files.writeString(directory.resolve(file), text);
    }

    private RootCeremony ceremony(Path safe) {
        return new RootCeremony(
                new FileCustody(directory.resolve("ca"), PASSPHRASE, random),
                new FileCustody(safe, PASSPHRASE, random),
                Clock.systemUTC(),
                random,
                List.of("Ada"));
    }

    private AuthorityStore store() {
        return new AuthorityStore(
                directory.resolve("ca"), TestAuthorities.NAMESPACE, Clock.systemUTC(), random);
    }
}
