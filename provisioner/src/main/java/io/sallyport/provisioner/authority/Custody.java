package io.sallyport.provisioner.authority;

import io.micronaut.context.annotation.Factory;
import io.sallyport.pki.authority.AuthorityStore;
import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.Issued;
import io.sallyport.pki.authority.PendingAuthorities;
import io.sallyport.pki.authority.RootCertificates;
import io.sallyport.pki.authority.UnattendedCeremony;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.seal.SealKeys;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens the authorities in {@code DATA/ca}, and makes them at the first start; and what else their
 * password opens.
 */
@Factory
final class Custody {
    private static final Logger LOG = LoggerFactory.getLogger(Custody.class);
    private static final Pattern COMMON_NAME = Pattern.compile("CN=([^,+]+)");

    /** All that one password opens, at once: it takes one derivation (docs/adr/0096). */
    record Opened(AuthorityKeys authorities, SealKeys seals) {}

    @Singleton
    AuthorityKeys authorities(Opened opened) {
        return opened.authorities();
    }

    @Singleton
    SealKeys seals(Opened opened) {
        return opened.seals();
    }

    /**
     * The authorities, and the keys of seals. Blocks on disk and database, and for the key
     * derivation.
     *
     * @throws IOException if they cannot be opened, or are not those that the database knows
     */
    @Singleton
    Opened open(
            Configuration configuration,
            CertificateRepository certificates,
            AuthorityRepository rows,
            Clock clock,
            SecureRandom random)
            throws IOException {
        Path directory = configuration.data().resolve("ca");
        var namespace = new Namespace(new Identity.Dns(configuration.domain().value()));
        var store = new AuthorityStore(directory, namespace, clock, random);
        var pending = new PendingAuthorities(directory, namespace, clock, random);
        if (configuration.database().isPresent() && !pending.any()) {
            refuseToMakeARoot(store, rows, directory);
        }
        var password = new AuthorityPassword(configuration.caPassword(), directory, random);
        try (Passphrase passphrase = password.open()) {
            if (pending.any()) {
                takeOver(pending, directory, passphrase, certificates, clock);
            }
            refuseIfOneIsLost(store, rows, directory);
            var ceremony = new UnattendedCeremony(store, directory, clock);
            if (!store.complete()) {
                ceremony.create(
                        passphrase, issued -> certificates.save(row(issued, clock.instant())));
                LOG.info("made the certificate authorities in {}", directory);
            }
            var authorities =
                    new AuthorityKeys(
                            roots(store, certificates, rows),
                            known(store.openAll(passphrase), certificates, rows),
                            store,
                            ceremony,
                            PendingAuthorities.next(directory, namespace, clock, random),
                            directory,
                            configuration,
                            password);
            return new Opened(authorities, SealKeys.open(configuration.data(), passphrase, random));
        }
    }

    /** Those that the tables know, and the first one; as {@link #known} has it of authorities. */
    private static Map<String, RootCertificates> roots(
            AuthorityStore store, CertificateRepository certificates, AuthorityRepository rows)
            throws IOException {
        String first = AuthorityProfile.ROOT.name();
        Map<String, RootCertificates> known = new LinkedHashMap<>();
        for (Map.Entry<String, RootCertificates> each : store.roots().entrySet()) {
            String folder = each.getKey();
            if (!folder.equals(first) && rows.findById(folder).isEmpty()) {
                LOG.warn("the root in {} was never put to use, and is passed over", folder);
                continue;
            }
            requireRecord(certificates, each.getValue().certificate());
            known.put(folder, each.getValue());
        }
        if (rows.findById(first).isEmpty()) {
            rows.save(
                    new AuthorityRow(first, first, 0, first, AuthorityState.CURRENT, null, false));
        }
        return known;
    }

    /**
     * Takes over what a ceremony signed. Told twice of a certificate, after an interruption, it is
     * recorded once.
     */
    private static void takeOver(
            PendingAuthorities pending,
            Path directory,
            Passphrase passphrase,
            CertificateRepository certificates,
            Clock clock)
            throws IOException {
        CeremonyFiles.Signed signed = CeremonyFiles.imported(directory);
        pending.install(
                signed.root(),
                signed.authorities(),
                passphrase,
                new AuthorityRecord(certificates, clock));
        LOG.info("took over the certificate authorities that a ceremony signed");
    }

    /**
     * Those that the tables know. The first of each purpose has to be known, or its making be
     * recorded; a later one that nobody knows was being made when the process was killed, and its
     * transaction undone: nobody ever heard of it.
     */
    private static List<CertificateAuthority> known(
            Map<String, CertificateAuthority> opened,
            CertificateRepository certificates,
            AuthorityRepository rows)
            throws IOException {
        List<CertificateAuthority> known = new ArrayList<>();
        for (Map.Entry<String, CertificateAuthority> each : opened.entrySet()) {
            CertificateAuthority authority = each.getValue();
            boolean first = each.getKey().equals(authority.profile().name());
            if (!first && rows.findById(commonName(authority)).isEmpty()) {
                LOG.warn(
                        "the authority in {} was never put to use, and is passed over",
                        each.getKey());
                continue;
            }
            requireRecord(certificates, authority.certificate());
            if (first) {
                register(rows, authority);
            }
            known.add(authority);
        }
        return known;
    }

    /**
     * A database that somebody runs for us is no trial any more: there the root is made in a
     * ceremony, so that its key was never here (docs/adr/0101). A root that is here already goes
     * on.
     */
    private static void refuseToMakeARoot(
            AuthorityStore store, AuthorityRepository rows, Path directory) throws IOException {
        if (rows.count() == 0 && !store.has(AuthorityProfile.ROOT.name())) {
            throw new IOException(
                    "there are no authorities in %s, and with SALLYPORT_DATABASE_URL none are made by a start: hold the key ceremony (docs/operations/key-ceremony.md), which begins here with 'provisioner ceremony request --out DIRECTORY'"
                            .formatted(directory));
        }
    }

    /**
     * Refuses to make an authority anew that the database knows; one that an older version of this
     * program did not have is made.
     */
    private static void refuseIfOneIsLost(
            AuthorityStore store, AuthorityRepository rows, Path directory) throws IOException {
        boolean lost =
                rows.findAll().stream()
                        .map(AuthorityRow::folder)
                        .anyMatch(name -> !store.has(name));
        if (lost || (rows.count() > 0 && !store.has(AuthorityProfile.ROOT.name()))) {
            throw new IOException(
                    "the database belongs to authorities that are not in %s: restore the one that fits"
                            .formatted(directory));
        }
    }

    /**
     * Refuses authorities that this database did not see made: it does not know what they issued
     * and revoked, and would number their CRLs anew. Their certificates are recorded before their
     * files are written, so a start that was killed in between is not refused here.
     */
    private static void requireRecord(
            CertificateRepository certificates, X509Certificate certificate) throws IOException {
        boolean recorded =
                certificates
                        .findByAuthorityAndSerialNumber(
                                issuerName(certificate), certificate.getSerialNumber().toString(16))
                        .filter(row -> row.pem().equals(Pem.encode(certificate)))
                        .isPresent();
        if (!recorded) {
            throw new IOException(
                    "the database does not know authority \"%s\" of the data directory:"
                                    .formatted(
                                            commonName(
                                                    certificate
                                                            .getSubjectX500Principal()
                                                            .getName()))
                            + " restore the one that fits");
        }
    }

    static Certificate row(Issued issued, Instant now) {
        return new Certificate(
                UUID.randomUUID(),
                issued.authority(),
                issued.serialNumber().toString(16),
                issued.profile(),
                issued.subject(),
                issued.notBefore(),
                issued.notAfter(),
                Pem.encode(issued.certificate()),
                now,
                null,
                null);
    }

    /** Name of an authority in our tables. */
    static String commonName(CertificateAuthority authority) {
        return commonName(authority.certificate());
    }

    /** Name of the authority whose certificate this is. */
    static String commonName(X509Certificate certificate) {
        return commonName(certificate.getSubjectX500Principal().getName());
    }

    /** Name of the authority that issued this certificate; matches nothing if it is not ours. */
    static String issuerName(X509Certificate certificate) {
        return commonName(certificate.getIssuerX500Principal().getName());
    }

    private static String commonName(String distinguishedName) {
        Matcher matcher = COMMON_NAME.matcher(distinguishedName);
        return matcher.matches() ? matcher.group(1) : distinguishedName;
    }

    private static void register(AuthorityRepository rows, CertificateAuthority authority)
            throws IOException {
        String name = commonName(authority);
        String purpose = authority.profile().name();
        List<AuthorityRow> known = rows.findOfPurpose(purpose);
        if (known.isEmpty()) {
            rows.save(
                    new AuthorityRow(
                            name, purpose, 0, purpose, AuthorityState.CURRENT, null, false));
            return;
        }
        for (AuthorityRow row : known) {
            if (row.folder().equals(purpose) && !row.name().equals(name)) {
                throw new IOException(
                        "the database belongs to authority \"%s\", in the data directory is \"%s\":"
                                        .formatted(row.name(), name)
                                + " restore the one that fits");
            }
        }
    }
}
