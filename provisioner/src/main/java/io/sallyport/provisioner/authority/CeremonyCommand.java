package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.PendingAuthorities;
import io.sallyport.pki.authority.RevocationCeremony;
import io.sallyport.pki.authority.RootCeremony;
import io.sallyport.pki.authority.RootCertificates;
import io.sallyport.pki.authority.SigningCeremony;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.revocation.CrlNumber;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.DataDirectory;
import io.sallyport.provisioner.configuration.PrivateFile;
import io.sallyport.wire.DnsName;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command that operators give in a key ceremony; docs/operations/key-ceremony.md is how. Two
 * parts run where the service will run, and {@code sign} on a machine that is used for this alone.
 */
public final class CeremonyCommand {
    private static final String USAGE =
            """
            usage: ceremony request --out DIRECTORY
                   ceremony sign --domain DOMAIN --requests DIRECTORY --certificates DIRECTORY
                       --transcript FILE --attending NAME... [--root-key p384|p256|rsa]
                       --root DIRECTORY | --token LIBRARY --slot NUMBER   [--secret-file FILE]
                   ceremony next-root --certificates DIRECTORY --transcript FILE --attending NAME...
                       [--root-key p384|p256|rsa]
                       --root DIRECTORY | --token LIBRARY --slot NUMBER   [--secret-file FILE]
                       --next-root DIRECTORY | --next-token LIBRARY --next-slot NUMBER
                       [--next-secret-file FILE]
                   ceremony revocation-list --revocation-list FILE [--former FILE] [--days NUMBER]
                       [--revoke FILE... --reason ca-compromise|superseded|cessation-of-operation]
                       --transcript FILE --attending NAME...
                       --root DIRECTORY | --token LIBRARY --slot NUMBER   [--secret-file FILE]
                   ceremony import --certificates DIRECTORY | --next-root DIRECTORY | --revocation-list FILE
            "request" and "import" are given where the service runs, with its settings; "request" before its first
            start, and while it waits for an authority that is rolled over. The others ask for the
            passphrase of the root's file, or the PIN of the token, unless a file has it.
            """;

    /** A year: a root is seldom asked to sign. */
    private static final long DAYS = 366;

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final Map<String, String> environment;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream errors;
    private final SecureRandom random = new SecureRandom();

    /**
     * The command.
     *
     * @param environment the service's settings
     */
    public CeremonyCommand(
            Map<String, String> environment, Clock clock, PrintStream out, PrintStream errors) {
        this.environment = environment;
        this.clock = clock;
        this.out = out;
        this.errors = errors;
    }

    /**
     * Runs it. Blocks.
     *
     * @param arguments what follows the word "ceremony"
     * @return 0 when it is done, 1 when it failed, 2 for wrong usage
     */
    public int run(List<String> arguments) {
        try {
            CeremonyOptions options = CeremonyOptions.of(arguments);
            switch (options.command()) {
                case "request" -> request(options);
                case "sign" -> sign(options);
                case "next-root" -> succeed(options);
                case "revocation-list" -> signRevocations(options);
                case "import" -> take(options);
                default -> throw new CeremonyOptions.UsageException("no such command");
            }
            return DONE;
        } catch (CeremonyOptions.UsageException e) {
            errors.println("ceremony: " + e.getMessage());
            errors.print(USAGE);
            return WRONG_USAGE;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            errors.println("ceremony: " + e.getMessage());
            return FAILED;
        }
    }

    private void request(CeremonyOptions options) throws IOException {
        Path directory = options.path("--out");
        options.requireNoOthers();
        Configuration configuration = Configuration.of(environment);
        Map<String, String> requests;
        if (hasAuthorities(configuration)) {
            requests = next(configuration).requests();
            if (requests.isEmpty()) {
                throw new IOException("no authority is being rolled over: begin that first");
            }
        } else {
            try (Here here = new Here();
                    Passphrase passphrase = here.passphrase()) {
                requests = here.pending().request(passphrase);
            }
        }
        CeremonyFiles.writeRequests(directory, requests);
        requests.forEach(this::tell);
        out.println("requests are in " + directory);
    }

    private void sign(CeremonyOptions options) throws IOException {
        var domain = new DnsName(options.value("--domain"));
        Path requests = options.path("--requests");
        Path certificates = options.path("--certificates");
        Path transcript = options.path("--transcript");
        List<String> attending = options.values("--attending");
        KeyAlgorithm rootKey = rootKey(options.optional("--root-key").orElse("p384"));
        RootLocation location = new RootLocation(options);
        options.requireNoOthers();
        try (Passphrase secret = location.secret()) {
            Map<String, String> read = CeremonyFiles.requests(requests);
            new SigningCeremony(
                            location.custody(secret, random),
                            new Namespace(new Identity.Dns(domain.value())),
                            clock,
                            random,
                            attending)
                    .certify(rootKey, read, certificates, transcript);
            read.forEach(this::tell);
        } catch (RequestRefusedException e) {
            throw new IOException("a request is refused: " + e.getMessage(), e);
        }
        out.println("certificates are in " + certificates + ", the transcript is " + transcript);
    }

    private void succeed(CeremonyOptions options) throws IOException {
        Path certificates = options.path("--certificates");
        Path transcript = options.path("--transcript");
        List<String> attending = options.values("--attending");
        KeyAlgorithm rootKey = rootKey(options.optional("--root-key").orElse("p384"));
        RootLocation former = new RootLocation(options);
        RootLocation next = RootLocation.ofNext(options);
        options.requireNoOthers();
        try (Passphrase formerSecret = former.secret();
                Passphrase nextSecret = next.secret()) {
            var ceremony =
                    new RootCeremony(
                            former.custody(formerSecret, random),
                            next.custody(nextSecret, random),
                            clock,
                            random,
                            attending);
            tell(ceremony.succeed(rootKey, certificates, transcript));
        }
        out.println("certificates are in " + certificates + ", the transcript is " + transcript);
    }

    private void tell(RootCertificates root) {
        out.println("root: SHA-256 " + AuthorityGenerations.sha256(root.certificate()));
    }

    /** The service runs, and waits for it. */
    private void takeNextRoot(Path directory) throws IOException {
        Configuration configuration = Configuration.of(environment);
        Path store = store(configuration);
        if (!hasAuthorities(configuration)) {
            throw new IOException(
                    "there is no root in %s that another could follow".formatted(store));
        }
        RootCertificates next = CeremonyFiles.root(directory);
        List<X509Certificate> present =
                Pem.certificates(Files.readString(store.resolve("root.pem")));
        next.requireVouchedFor(present.getFirst());
        CeremonyFiles.toBeTakenNext(store, next);
        tell(next);
        out.println("the rotation that waits for it goes on by itself");
    }

    private void signRevocations(CeremonyOptions options) throws IOException {
        Path file = options.path("--revocation-list");
        Optional<Path> former = options.optional("--former").map(Path::of);
        long days = options.number("--days").orElse(DAYS);
        Path transcript = options.path("--transcript");
        List<String> attending = options.values("--attending");
        List<String> authorities = options.anyValues("--revoke");
        Optional<CRLReason> reason = options.optional("--reason").map(CeremonyCommand::reason);
        RootLocation location = new RootLocation(options);
        options.requireNoOthers();
        if (reason.isPresent() == authorities.isEmpty()) {
            throw new CeremonyOptions.UsageException("expected --revoke and --reason, or neither");
        }
        if (days < 1 || days > DAYS) {
            throw new CeremonyOptions.UsageException("--days: expected 1 to " + DAYS);
        }
        Optional<X509CRL> before = Optional.empty();
        if (former.isPresent()) {
            before = Optional.of(CeremonyFiles.revocationList(former.get()));
        }
        List<RevocationCeremony.Revoked> revoked = new ArrayList<>();
        for (String authority : authorities) {
            revoked.add(
                    new RevocationCeremony.Revoked(
                            CeremonyFiles.certificate(Path.of(authority)), reason.orElseThrow()));
        }
        try (Passphrase secret = location.secret()) {
            X509CRL signed =
                    new RevocationCeremony(
                                    location.custody(secret, random), clock, random, attending)
                            .sign(before, revoked, Duration.ofDays(days), file, transcript);
            out.printf(
                    "CRL %s is in %s; the next is due by %s; the transcript is %s%n",
                    CrlNumber.of(signed).value(),
                    file,
                    signed.getNextUpdate().toInstant(),
                    transcript);
        }
    }

    private static CRLReason reason(String typed) {
        return switch (typed) {
            case "ca-compromise" -> CRLReason.CA_COMPROMISE;
            case "superseded" -> CRLReason.SUPERSEDED;
            case "cessation-of-operation" -> CRLReason.CESSATION_OF_OPERATION;
            default -> throw new CeremonyOptions.UsageException("--reason: no such reason");
        };
    }

    /** While the service runs, too: it reads the file anew. */
    private void takeRevocations(Path file) throws IOException {
        var list = new RootRevocationList(Configuration.of(environment));
        list.take(CeremonyFiles.revocationList(file));
        out.println("the service publishes it as " + StatusPaths.ROOT_CRL);
    }

    private void take(CeremonyOptions options) throws IOException {
        Optional<Path> revocations = options.optional("--revocation-list").map(Path::of);
        if (revocations.isPresent()) {
            options.requireNoOthers();
            takeRevocations(revocations.get());
            return;
        }
        Optional<Path> nextRoot = options.optional("--next-root").map(Path::of);
        if (nextRoot.isPresent()) {
            options.requireNoOthers();
            takeNextRoot(nextRoot.get());
            return;
        }
        Path certificates = options.path("--certificates");
        options.requireNoOthers();
        Configuration configuration = Configuration.of(environment);
        if (hasAuthorities(configuration)) {
            takeNext(configuration, CeremonyFiles.signed(certificates));
            return;
        }
        try (Here here = new Here();
                Passphrase passphrase = here.passphrase()) {
            if (!here.pending().any()) {
                throw new IOException("no key waits for a certificate in " + here.store);
            }
            CeremonyFiles.Signed signed = CeremonyFiles.signed(certificates);
            here.pending().requireFitting(signed.root(), signed.authorities(), passphrase);
            CeremonyFiles.toBeImported(here.store, signed);
            out.println("the service takes them over when it starts");
        }
    }

    private static boolean hasAuthorities(Configuration configuration) {
        return Files.exists(store(configuration).resolve(AuthorityProfile.ROOT.name()));
    }

    private static Path store(Configuration configuration) {
        return configuration.data().resolve("ca");
    }

    private AuthorityPassword password(Configuration configuration) {
        return new AuthorityPassword(configuration.caPassword(), store(configuration), random);
    }

    private PendingAuthorities next(Configuration configuration) {
        return PendingAuthorities.next(
                store(configuration),
                new Namespace(new Identity.Dns(configuration.domain().value())),
                clock,
                random);
    }

    /** The service runs, and waits for it. */
    private void takeNext(Configuration configuration, CeremonyFiles.Signed signed)
            throws IOException {
        PendingAuthorities next = next(configuration);
        if (!next.any()) {
            throw new IOException("no key waits for a certificate in " + store(configuration));
        }
        try (Passphrase passphrase = password(configuration).open()) {
            next.requireFitting(signed.root(), signed.authorities(), passphrase);
        }
        CeremonyFiles.toBeTakenNext(store(configuration), signed);
        out.println("the roll-over that waits for them goes on by itself");
    }

    private void tell(String authority, String request) {
        out.printf("%s: key SHA-256 %s%n", authority, SigningCeremony.fingerprint(request));
    }

    private static KeyAlgorithm rootKey(String name) {
        return switch (name) {
            case "p384" -> KeyAlgorithm.EC_P384;
            case "p256" -> KeyAlgorithm.EC_P256;
            case "rsa" -> KeyAlgorithm.RSA;
            default -> throw new CeremonyOptions.UsageException("--root-key: no such kind of key");
        };
    }

    /** The data directory of the service, which must not run. */
    private final class Here implements AutoCloseable {
        private final Configuration configuration = Configuration.of(environment);
        private final Path store = configuration.data().resolve("ca");
        private final DataDirectory data = DataDirectory.open(configuration.data());

        Here() throws IOException {
            PrivateFile.createDirectory(store);
        }

        Passphrase passphrase() throws IOException {
            return password(configuration).open();
        }

        PendingAuthorities pending() {
            return new PendingAuthorities(
                    store,
                    new Namespace(new Identity.Dns(configuration.domain().value())),
                    clock,
                    random);
        }

        @Override
        public void close() throws IOException {
            data.close();
        }
    }
}
