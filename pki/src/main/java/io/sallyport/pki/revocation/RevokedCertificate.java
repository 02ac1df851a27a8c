package io.sallyport.pki.revocation;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.time.Instant;

/**
 * One entry of a CRL (RFC 5280 section 5.3).
 *
 * @param serialNumber of the certificate, positive
 * @param revokedAt when it was revoked; in the CRL to the second
 * @param reason why; UNSPECIFIED is written by leaving the reason out (section 5.3.1)
 */
public record RevokedCertificate(BigInteger serialNumber, Instant revokedAt, CRLReason reason) {

    /** Checks that this can stand in a full CRL. */
    public RevokedCertificate {
        if (serialNumber.signum() <= 0) {
            throw new IllegalArgumentException("a serial number is positive");
        }
        codeOf(reason);
    }

    /** The reason's CRLReason code (section 5.3.1). */
    public int reasonCode() {
        return codeOf(reason);
    }

    private static int codeOf(CRLReason reason) {
        return switch (reason) {
            case UNSPECIFIED -> 0;
            case KEY_COMPROMISE -> 1;
            case CA_COMPROMISE -> 2;
            case AFFILIATION_CHANGED -> 3;
            case SUPERSEDED -> 4;
            case CESSATION_OF_OPERATION -> 5;
            case CERTIFICATE_HOLD -> 6;
            case PRIVILEGE_WITHDRAWN -> 9;
            case AA_COMPROMISE -> 10;
            // Only in delta CRLs; and never assigned.
            case REMOVE_FROM_CRL, UNUSED ->
                    throw new IllegalArgumentException("not a reason to revoke: " + reason);
        };
    }
}
