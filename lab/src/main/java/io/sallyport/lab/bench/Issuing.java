package io.sallyport.lab.bench;

import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates per second through the whole path, database included, in the JVM of a provisioner;
 * beside it the signatures alone that the same JVM makes, and openssl issuing in a loop.
 */
final class Issuing implements Benchmark {
    // 24 s of issuing: before, most of the path is still being compiled.
    private static final int WARM_UP = 12;
    private static final int ROUNDS = 5;

    // As many as wait for the disk while both cores compute.
    private static final int WORKERS = 8;
    private static final int LOOP = 50;

    @Override
    public String name() {
        return "issue";
    }

    @Override
    public String description() {
        return "certificates/s with all checks and the database, against raw P-256 signatures/s;"
                + " goal: ratio 0.5, 300/s";
    }

    @Override
    public List<Row> run(Progress progress) {
        int cores = Runtime.getRuntime().availableProcessors();
        try (AuthorityProcess authority = AuthorityProcess.start()) {
            Rounds.Round issue = () -> authority.figure("issue " + WORKERS);
            Rounds all =
                    Rounds.interleaved(
                            WARM_UP,
                            ROUNDS,
                            issue,
                            () -> authority.figure("raw " + cores),
                            progress);
            List<Double> one = new ArrayList<>();
            List<Double> alone = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                one.add(authority.figure("raw 1"));
                alone.add(authority.figure("issue 1"));
            }
            authority.ask("branch " + authority.home().resolve("branch.pem"));
            prepareOpenSsl(authority);
            Rounds openssl =
                    Rounds.interleaved(1, ROUNDS, issue, () -> openssl(authority), progress);
            return List.of(
                    Row.of("issue", "1/s", all),
                    Row.of("issue-to-one-thread", "1/s", new Rounds(all.ours(), one)),
                    Row.of("issue-by-one-thread", "1/s", new Rounds(alone, one)),
                    Row.of("issue-openssl", "1/s", openssl));
        }
    }

    /** An authority of openssl's own, and the requests that ours get. */
    private static void prepareOpenSsl(AuthorityProcess authority) {
        Tools.run(
                authority.home(),
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj"
                        + " /CN=peer -days 30 -keyout peer.key -out peer.pem");
        try {
            Files.writeString(
                    authority.home().resolve("peer.ext"),
                    """
                    basicConstraints = critical, CA:FALSE
                    keyUsage = critical, digitalSignature
                    extendedKeyUsage = clientAuth
                    subjectAltName = DNS:branch.customer.example
                    """);
            Files.writeString(
                    authority.home().resolve("loop"),
                    """
                    for i in $(seq 0 %d); do
                      openssl x509 -req -in $i.csr -CA peer.pem -CAkey peer.key -CAcreateserial \\
                        -days 90 -extfile peer.ext -out issued.pem
                    done
                    """
                            .formatted(LOOP - 1));
        } catch (IOException e) {
            throw new LabException("openssl as a peer", e);
        }
    }

    private static double openssl(AuthorityProcess authority) {
        long begin = System.nanoTime();
        Tools.run(authority.home(), "sh -e loop");
        return LOOP * 1e9 / (System.nanoTime() - begin);
    }
}
