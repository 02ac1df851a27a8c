package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.RootCertificates;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.PrivateFile;

import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which root signs authorities now, and which others are trusted. The tables say it, at every
 * question, as of {@link IssuingAuthorities}. Every method blocks on the database.
 */
@Singleton
class Roots {
    private static final String PURPOSE = AuthorityProfile.ROOT.name();

    private final AuthorityKeys keys;
    private final AuthorityRepository rows;
    private final Path published;

    Roots(AuthorityKeys keys, AuthorityRepository rows, Configuration configuration) {
        this.keys = keys;
        this.rows = rows;
        this.published = configuration.data().resolve("ca/root.pem");
    }

    /** A root, and where it is in its life. */
    record Generation(AuthorityRow row, RootCertificates certificates) {
        X509Certificate certificate() {
            return certificates.certificate();
        }
    }

    /** The one that signs authorities. */
    Generation current() {
        return all().getFirst();
    }

    /** Those that everybody is to trust: the present one first, then the next, then former ones. */
    List<Generation> accepted() {
        return all().stream().filter(each -> !each.row().withdrawn()).toList();
    }

    /** All that there ever were, the present one first. */
    List<Generation> all() {
        return rows.findOfPurpose(PURPOSE).stream()
                .map(row -> new Generation(row, keys.root(row.folder())))
                .toList();
    }

    /**
     * What a peer that trusts any accepted root needs to verify what an authority issued, as TLS
     * sends it: the authority's certificate, then what a former root says of the one above it.
     */
    List<X509Certificate> chainFrom(CertificateAuthority authority) {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(authority.certificate());
        List<Generation> accepted = accepted();
        Optional<X509Certificate> next = newWithOld(accepted, authority.certificate());
        while (next.isPresent()) {
            chain.add(next.get());
            next = newWithOld(accepted, next.get());
        }
        return List.copyOf(chain);
    }

    /** What the root that signed this has of the root before it, while that is accepted. */
    private static Optional<X509Certificate> newWithOld(
            List<Generation> accepted, X509Certificate signed) {
        return accepted.stream()
                .filter(root -> root.certificates().signed(signed))
                .findFirst()
                .flatMap(root -> root.certificates().newWithOld())
                .filter(vouched -> isSignedByAny(accepted, vouched));
    }

    /** What accepted roots say of those that followed them (RFC 7030 section 4.1.3). */
    List<X509Certificate> newWithOld() {
        List<Generation> accepted = accepted();
        return accepted.stream()
                .flatMap(root -> root.certificates().newWithOld().stream())
                .filter(vouched -> isSignedByAny(accepted, vouched))
                .toList();
    }

    private static boolean isSignedByAny(List<Generation> roots, X509Certificate certificate) {
        return roots.stream().anyMatch(root -> root.certificates().signed(certificate));
    }

    /**
     * Writes the accepted roots where clients and nodes are given them from. Readers never see half
     * of it. Before the commit: a process that dies in between writes it anew when it starts.
     */
    @PostConstruct
    void publish() {
        try {
            publish(published, accepted().stream().map(Generation::certificate).toList());
        } catch (IOException e) {
            throw new IllegalStateException("%s cannot be written".formatted(published), e);
        }
    }

    private static void publish(Path file, List<X509Certificate> roots) throws IOException {
        String pem = roots.stream().map(Pem::encode).collect(Collectors.joining());
        if (!Files.exists(file) || !Files.readString(file).equals(pem)) {
            PrivateFile.write(file, pem);
        }
    }
}
