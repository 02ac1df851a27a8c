package io.sallyport.pki.authority;

import static io.sallyport.pki.profile.EndEntityProfile.BRANCH;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.VerifiedRequest;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Arrays;

/**
 * Measures how much of one thread's raw P-256 signature rate is left when a certificate is issued:
 * request parsed, its signature verified, names and key checked, lints, signature, and the result
 * parsed. Rounds of both alternate; medians are printed. The database is not part of it.
 *
 * <p>Run it on a quiet machine: {@code java -cp ... io.sallyport.pki.authority.IssuingRate}.
 */
final class IssuingRate {

    private static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 2_000_000_000L;

    private IssuingRate() {}

    private interface Work {
        void once() throws GeneralSecurityException;
    }

    /** Prints certificates and signatures per second. */
    public static void main(String[] arguments) throws Exception {
        TestAuthorities authorities = TestAuthorities.now();
        byte[] request = vector();
        CertificateNames names = CertificateNames.of(Identity.dns("branch1.customer.example"));
        GeneratedKey key = GeneratedKey.p256(authorities.random);
        byte[] octets = new byte[600]; // as long as what is signed of a branch's certificate
        Work issue =
                () ->
                        authorities.sites.issue(
                                BRANCH, names, VerifiedRequest.parse(request, BRANCH), _ -> {});
        Work verify = () -> VerifiedRequest.parse(request, BRANCH);
        Work sign =
                () -> {
                    Signature signature = Signature.getInstance("SHA256withECDSA");
                    signature.initSign(key.privateKey(), authorities.random);
                    signature.update(octets);
                    signature.sign();
                };
        double[] issued = new double[ROUNDS];
        double[] verified = new double[ROUNDS];
        double[] signed = new double[ROUNDS];
        for (int round = -3; round < ROUNDS; round++) { // three to warm up
            double signatures = perSecond(sign);
            double requests = perSecond(verify);
            double certificates = perSecond(issue);
            if (round >= 0) {
                signed[round] = signatures;
                verified[round] = requests;
                issued[round] = certificates;
            }
        }
        double raw = median(signed);
        double parsed = median(verified);
        double rate = median(issued);
        System.out.printf(
                "signatures/s %.0f, requests verified/s %.0f, certificates/s %.0f, ratio %.3f%n",
                raw, parsed, rate, rate / raw);
    }

    private static double perSecond(Work work) throws GeneralSecurityException {
        long begin = System.nanoTime();
        long count = 0;
        long now;
        do {
            work.once();
            count++;
            now = System.nanoTime();
        } while (now - begin < ROUND_NANOS);
        return count * 1e9 / (now - begin);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static byte[] vector() throws IOException {
        try (InputStream in = IssuingRate.class.getResourceAsStream("/request/p256.pem")) {
            return in.readAllBytes();
        }
    }
}
