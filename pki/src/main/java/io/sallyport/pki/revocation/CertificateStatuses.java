package io.sallyport.pki.revocation;

import java.math.BigInteger;

/** Knows the certificates of one authority. */
@FunctionalInterface
public interface CertificateStatuses {

    /**
     * The status of the certificate with this serial number, now. May block.
     *
     * @param serialNumber any integer, as a stranger sent it
     * @throws RuntimeException when it cannot be told at the moment
     */
    CertificateStatus of(BigInteger serialNumber);
}
