package io.sallyport.provisioner;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.configuration.Configuration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * For ./bench: a provisioner, and work for its authority for sites in the same JVM. Settings come
 * from the environment, requests in PEM from a directory. Reads a line and prints a figure:
 *
 * <pre>
 *   raw THREADS     P-256 signatures per second, of as many octets as a certificate has
 *   issue THREADS   certificates per second: request parsed and its signature verified, names and
 *                   key checked, lints, signature, row committed
 *   branch FILE     writes a certificate that was issued to the file; prints its serial number
 * </pre>
 */
final class AuthorityLoad {
    private static final long ROUND_NANOS = 2_000_000_000L;
    private static final int OCTETS = 600;

    private final Certificates certificates;
    private final String domain;
    private final List<byte[]> requests;
    private final SecureRandom random = new SecureRandom();
    private final GeneratedKey key = GeneratedKey.p256(random);
    private final AtomicLong number = new AtomicLong();

    private AuthorityLoad(Certificates certificates, String domain, List<byte[]> requests) {
        this.certificates = certificates;
        this.domain = domain;
        this.requests = requests;
    }

    public static void main(String[] arguments) throws Exception {
        Configuration configuration = Configuration.of(System.getenv());
        try (Provisioner provisioner = Provisioner.start(configuration, Provisioner.clock());
                var in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            var load =
                    new AuthorityLoad(
                            provisioner.context().getBean(Certificates.class),
                            configuration.domain().value(),
                            requests(Path.of(arguments[0])));
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(load.done(line.split(" ")));
            }
        }
    }

    private static List<byte[]> requests(Path directory) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".csr")).toList()) {
                all.add(Files.readAllBytes(file));
            }
        }
        return all;
    }

    private String done(String[] words) throws Exception {
        return switch (words[0]) {
            case "raw" -> Double.toString(perSecond(Integer.parseInt(words[1]), this::sign));
            case "issue" -> Double.toString(perSecond(Integer.parseInt(words[1]), this::issue));
            case "branch" -> {
                Certificate issued = issue();
                Files.writeString(Path.of(words[1]), issued.pem());
                yield issued.serialNumber();
            }
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private Certificate issue() {
        long next = number.incrementAndGet();
        byte[] request = requests.get((int) (next % requests.size()));
        return certificates.issue(
                EndEntityProfile.BRANCH,
                CertificateNames.of(Identity.dns("b%d.customer.%s".formatted(next, domain))),
                VerifiedRequest.parse(request, EndEntityProfile.BRANCH));
    }

    private byte[] sign() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.privateKey(), random);
        signature.update(new byte[OCTETS]);
        return signature.sign();
    }

    private static double perSecond(int threads, Callable<?> work)
            throws InterruptedException, ExecutionException {
        AtomicLong count = new AtomicLong();
        long begin = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                all.add(
                        workers.submit(
                                () -> {
                                    while (System.nanoTime() - begin < ROUND_NANOS) {
                                        work.call();
                                        count.incrementAndGet();
                                    }
                                    return null;
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return count.get() * 1e9 / (System.nanoTime() - begin);
    }
}
