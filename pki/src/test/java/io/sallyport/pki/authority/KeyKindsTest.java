package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.Command;
import io.sallyport.pki.key.EncryptedKey;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;

import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Authorities and end entities with each kind of key. */
class KeyKindsTest {

    @TempDir Path directory;

    private final TestAuthorities authorities = TestAuthorities.now();

    @ParameterizedTest
    @EnumSource(names = "ML_DSA_65", mode = EnumSource.Mode.EXCLUDE)
    void threeReadersVerifyWhatAnAuthorityWithSuchAKeySigns(KeyAlgorithm kind) throws Exception {
        CertificateAuthority sites = sites(kind);
        X509Certificate branch = branch(sites, kind);

        Files.writeString(
                directory.resolve("root.pem"), Pem.encode(authorities.root.certificate()));
        Files.writeString(directory.resolve("issuer.pem"), Pem.encode(sites.certificate()));
        Files.writeString(directory.resolve("branch.pem"), Pem.encode(branch));
        Files.writeString(
                directory.resolve("chain.pem"),
                Pem.encode(List.of(branch, sites.certificate(), authorities.root.certificate())));
        run("openssl verify -x509_strict -CAfile root.pem -untrusted issuer.pem branch.pem");
        run("certtool --verify --load-ca-certificate root.pem --infile chain.pem");
        run("pki --verify --in branch.pem --cacert issuer.pem --cacert root.pem");
    }

    @ParameterizedTest
    @EnumSource
    void anAuthoritysKeyOfAnyKindIsKeptEncryptedAndOpenedAgain(KeyAlgorithm kind) throws Exception {
        CertificateAuthority sites = sites(kind);
        try (Passphrase passphrase = Passphrase.random(authorities.random)) {
            var key = EncryptedKey.decrypt(sites.encryptedKey(passphrase), passphrase);
            assertThat(new SigningKey(key, sites.certificate().getPublicKey()))
                    .matches(opened -> opened.matches(authorities.random));
        }
    }

    /** The signature is the JDK's, the verification BouncyCastle's. */
    @Test
    void mlDsaIsThereForThoseWhoAskForIt() throws Exception {
        CertificateAuthority sites = sites(KeyAlgorithm.ML_DSA_65);
        X509Certificate branch = branch(sites, KeyAlgorithm.ML_DSA_65);
        var verifier = new MLDSASigner();
        verifier.init(
                false, PublicKeyFactory.createKey(sites.certificate().getPublicKey().getEncoded()));
        byte[] signed = TBSCertificate.getInstance(branch.getTBSCertificate()).getEncoded();
        verifier.update(signed, 0, signed.length);
        assertThat(verifier.verifySignature(branch.getSignature())).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"ED25519", "ML_DSA_65"})
    void noProfileHasThemByItself(KeyAlgorithm kind) {
        assertThatThrownBy(
                        () ->
                                authorities.sites.issue(
                                        EndEntityProfile.BRANCH,
                                        CertificateNames.of(Identity.dns("b1.customer.example")),
                                        GeneratedKey.of(kind, authorities.random),
                                        _ -> {}))
                .hasMessageContaining("no keys of kind " + kind.description());
    }

    private CertificateAuthority sites(KeyAlgorithm kind) {
        return authorities.root.createSubordinate(
                AuthorityProfile.SITES,
                TestAuthorities.NAMESPACE.constraints(AuthorityProfile.SITES),
                kind,
                _ -> {});
    }

    private X509Certificate branch(CertificateAuthority sites, KeyAlgorithm kind) {
        return sites.issue(
                        EndEntityProfile.BRANCH.accepting(Set.of(kind)),
                        CertificateNames.of(Identity.dns("b1.customer.example")),
                        GeneratedKey.of(kind, authorities.random),
                        _ -> {})
                .certificate();
    }

    private void run(String command) throws Exception {
        assertThat(Command.run(directory, command.split(" "))).isNotBlank();
    }
}
