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
 * When certificates are renewed: when two thirds of a life are over, of the certificate for which
 * that is first, and up to a twelfth of it later, so that nodes which enrolled together do not come
 * together. A twelfth after that it is late, with a sixth of the life left to mend it.
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
     * @param certificatesPem each followed by its chain if it has one; one at least
     * @throws IOException if one cannot be read
     */
    static RenewalWindow of(List<String> certificatesPem, RandomGenerator random)
            throws IOException {
        Instant begins = Instant.MAX;
        Duration part = Duration.ZERO;
        for (String pem : certificatesPem) {
            X509Certificate certificate = first(pem);
            Instant from = certificate.getNotBefore().toInstant();
            Duration itsPart =
                    Duration.between(from, certificate.getNotAfter().toInstant()).dividedBy(PARTS);
            Instant itBegins = from.plus(itsPart.multipliedBy(BEGINS));
            if (itBegins.isBefore(begins)) {
                begins = itBegins;
                part = itsPart;
            }
        }
        return new RenewalWindow(
                begins.plusMillis(random.nextLong(Math.max(1, part.toMillis()))),
                begins.plus(part.multipliedBy(LATE - BEGINS)));
    }

    private static X509Certificate first(String pem) throws IOException {
        try {
            return ProvisionerTls.certificates(pem).getFirst();
        } catch (CertificateException e) {
            throw new IOException("a certificate of this node is damaged", e);
        }
    }
}
