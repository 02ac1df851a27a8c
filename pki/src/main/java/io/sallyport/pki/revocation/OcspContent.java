package io.sallyport.pki.revocation;

import static io.sallyport.pki.profile.EndEntityProfile.CLOCK_SKEW;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * What an OCSP response says of one certificate (RFC 6960 section 4.2.1), in whole seconds.
 *
 * @param serialNumber of the certificate
 * @param thisUpdate from when on readers may rely on it
 * @param nextUpdate until when readers may rely on it
 * @param revoked empty while the certificate is good
 */
public record OcspContent(
        BigInteger serialNumber,
        Instant thisUpdate,
        Instant nextUpdate,
        Optional<RevokedCertificate> revoked) {

    /** Checks; fractions of a second are dropped. */
    public OcspContent {
        Objects.requireNonNull(serialNumber, "serialNumber");
        Objects.requireNonNull(revoked, "revoked");
        thisUpdate = thisUpdate.truncatedTo(ChronoUnit.SECONDS);
        nextUpdate = nextUpdate.truncatedTo(ChronoUnit.SECONDS);
        if (!thisUpdate.isBefore(nextUpdate)) {
            throw new IllegalArgumentException("nextUpdate must be later than thisUpdate");
        }
        if (revoked.isPresent() && !revoked.get().serialNumber().equals(serialNumber)) {
            throw new IllegalArgumentException("the revocation is of another certificate");
        }
    }

    /** The certificate is good, for that long; begun earlier for readers whose clock is slow. */
    public static OcspContent good(BigInteger serialNumber, Instant now, Duration reliableFor) {
        return new OcspContent(
                serialNumber, now.minus(CLOCK_SKEW), now.plus(reliableFor), Optional.empty());
    }

    /** The certificate was revoked; as {@link #good}. */
    public static OcspContent revoked(
            RevokedCertificate revoked, Instant now, Duration reliableFor) {
        return new OcspContent(
                revoked.serialNumber(),
                now.minus(CLOCK_SKEW),
                now.plus(reliableFor),
                Optional.of(revoked));
    }
}
