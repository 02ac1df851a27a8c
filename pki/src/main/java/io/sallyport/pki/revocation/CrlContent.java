package io.sallyport.pki.revocation;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a CRL will say, before it is signed. A full CRL: every certificate of the authority that is
 * revoked and not yet expired; possibly none.
 *
 * @param number greater than that of the CRL before
 * @param thisUpdate when it is issued; whole seconds
 * @param nextUpdate until when readers may rely on it; whole seconds
 * @param entries the revoked certificates, no serial number twice
 */
public record CrlContent(
        CrlNumber number,
        Instant thisUpdate,
        Instant nextUpdate,
        List<RevokedCertificate> entries) {

    /** Copies and checks; fractions of a second are dropped. */
    public CrlContent {
        thisUpdate = thisUpdate.truncatedTo(ChronoUnit.SECONDS);
        nextUpdate = nextUpdate.truncatedTo(ChronoUnit.SECONDS);
        entries = List.copyOf(entries);
        if (!thisUpdate.isBefore(nextUpdate)) {
            throw new IllegalArgumentException("nextUpdate must be later than thisUpdate");
        }
        Set<Object> serials = new HashSet<>();
        for (RevokedCertificate entry : entries) {
            if (!serials.add(entry.serialNumber())) {
                throw new IllegalArgumentException(
                        "serial number %x stands twice".formatted(entry.serialNumber()));
            }
        }
    }

    /** A CRL of this moment that readers may rely on for that long. */
    public static CrlContent issuedAt(
            Instant now, Duration reliableFor, CrlNumber number, List<RevokedCertificate> entries) {
        return new CrlContent(number, now, now.plus(reliableFor), entries);
    }
}
