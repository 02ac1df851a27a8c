package io.sallyport.pki.lint;

import java.math.BigInteger;
import java.util.Optional;

/** Positive and at most 20 octets; and not so short that it cannot be random. */
final class SerialNumberRule implements Rule {

    private static final int OCTETS_AT_MOST = 20;
    // CA/Browser Forum Baseline Requirements 7.1: at least 64 bits from a secure random number
    // generator.
    private static final int BITS_AT_LEAST = 64;

    @Override
    public String section() {
        return "4.1.2.2";
    }

    @Override
    public Optional<String> violation(Candidate candidate) {
        BigInteger serial = candidate.certificate().getSerialNumber().getValue();
        return Rule.unless(
                serial.signum() > 0
                        && serial.toByteArray().length <= OCTETS_AT_MOST
                        && serial.bitLength() >= BITS_AT_LEAST,
                "the serial number must be positive, of 64 bits to 20 octets");
    }
}
