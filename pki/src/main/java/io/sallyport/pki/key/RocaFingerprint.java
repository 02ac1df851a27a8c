package io.sallyport.pki.key;

import java.math.BigInteger;
import java.util.BitSet;

/**
 * Recognises RSA moduli made by the Infineon library of CVE-2017-15361 ("ROCA"), which can be
 * factored. Its primes are powers of 65537 modulo a product of small primes, and so is the modulus
 * (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, section 4.2). A modulus of another
 * origin looks like that with a probability below 2^-20.
 */
final class RocaFingerprint {

    private static final int GENERATOR = 65_537;
    // The smallest modulus in the field, of 512 bits, was made with the primes to this one.
    private static final int LAST_PRIME = 167;

    private RocaFingerprint() {}

    static boolean isOn(BigInteger modulus) {
        for (BigInteger prime = BigInteger.valueOf(3);
                prime.intValue() <= LAST_PRIME;
                prime = prime.nextProbablePrime()) {
            if (!powers(prime.intValue()).get(modulus.mod(prime).intValue())) {
                return false;
            }
        }
        return true;
    }

    /** The powers of the generator modulo the prime. */
    private static BitSet powers(int prime) {
        BitSet powers = new BitSet(prime);
        int power = 1;
        while (!powers.get(power)) {
            powers.set(power);
            power = power * (GENERATOR % prime) % prime;
        }
        return powers;
    }
}
