package io.sallyport.node.enrolment;

import io.sallyport.node.provisioner.ProvisionerTls;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When certificates are renewed: when two thirds of the shortest life are over, and up to a twelfth
 * of it later, so that nodes which enrolled together do not come together. A twelfth after that it
 * is late, with a sixth of the life left to mend it.
 *
 * @param renewAt from here on
 * @param lateAt should have been renewed by then
 */
record RenewalWindow(Instant renewAt, Instant lateAt) {
    private static final int PARTS = 12;
    private static final int BEGINS = 8;
    private static final int LATE = 10;

    /**
     * Draws one.
     *
     * @param certificatesPem each followed by its chain if it has one
     * @throws IOException if one cannot be read
     */
    static RenewalWindow of(List<String> certificatesPem, RandomGenerator random)
            throws IOException {
        Instant renewAt = Instant.MAX;
        Instant lateAt = Instant.MAX;
        for (String pem : certificatesPem) {
            X509Certificate certificate = first(pem);
            Instant from = certificate.getNotBefore().toInstant();
            Duration part =
                    Duration.between(from, certificate.getNotAfter().toInstant()).dividedBy(PARTS);
            Instant begins = from.plus(part.multipliedBy(BEGINS));
            if (begins.isBefore(renewAt)) {
                renewAt = begins.plusMillis(random.nextLong(Math.max(1, part.toMillis())));
                lateAt = from.plus(part.multipliedBy(LATE));
            }
        }
        return new RenewalWindow(renewAt, lateAt);
    }

    private static X509Certificate first(String pem) throws IOException {
        try {
            return ProvisionerTls.certificates(pem).getFirst();
        } catch (CertificateException e) {
            throw new IOException("a certificate of this node is damaged", e);
        }
    }
}
