package io.sallyport.provisioner.enrolment;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;

/** Requests that break one rule each. */
enum BadRequest {
    WRONG_SIGNATURE {
        @Override
        byte[] request(String identity) {
            return Requests.signed(
                    Requests.info(Requests.ecKey()),
                    Requests.ecKey().getPrivate(),
                    subject(identity),
                    List.of(Requests.dns(identity)));
        }
    },
    RSA_1024("UNACCEPTABLE_KEY: an RSA key of 1024 bits") {
        @Override
        byte[] request(String identity) {
            return ofRsa(
                    new BigInteger(1024, new SecureRandom()).setBit(1023).setBit(0),
                    65_537,
                    identity);
        }
    },
    RSA_WITH_EXPONENT_1("UNACCEPTABLE_KEY") {
        @Override
        byte[] request(String identity) {
            return ofRsa(withoutSmallFactor(BigInteger.ONE), 1, identity);
        }
    },
    RSA_WITH_EXPONENT_3("UNACCEPTABLE_KEY: the RSA key's public exponent") {
        @Override
        byte[] request(String identity) {
            return ofRsa(withoutSmallFactor(BigInteger.ONE), 3, identity);
        }
    },
    RSA_WITH_A_SMALL_FACTOR("UNACCEPTABLE_KEY: the RSA modulus has a small factor") {
        @Override
        byte[] request(String identity) {
            return ofRsa(
                    BigInteger.ONE
                            .shiftLeft(3071)
                            .add(BigInteger.valueOf(3))
                            .multiply(BigInteger.valueOf(3))
                            .setBit(0),
                    65_537,
                    identity);
        }
    },
    ROCA("UNACCEPTABLE_KEY: the RSA key was made by a chip with the flaw ROCA") {
        @Override
        byte[] request(String identity) {
            // Of the form that the chips' primes have: a power of 65537 modulo every small prime.
            return ofRsa(withoutSmallFactor(BigInteger.valueOf(65_537)), 65_537, identity);
        }
    },
    FOREIGN_CURVE("UNACCEPTABLE_KEY: the curve secp521r1") {
        @Override
        byte[] request(String identity) {
            KeyPair key = Requests.ecKey("secp521r1");
            return Requests.naming(key, identity);
        }
    },
    FOREIGN_NAME {
        @Override
        byte[] request(String identity) {
            return Requests.naming(Requests.ecKey(), "other." + identity);
        }
    },
    FOREIGN_ALTERNATIVE_NAME("FOREIGN_NAME") {
        @Override
        byte[] request(String identity) {
            return Requests.with(Requests.ecKey(), "CN=" + identity, "other." + identity);
        }
    },
    HUGE_LIST_OF_NAMES("MALFORMED_NAME: the request has 500 subject alternative names; at most 1") {
        @Override
        byte[] request(String identity) {
            KeyPair key = Requests.ecKey();
            return Requests.signed(
                    Requests.info(key),
                    key.getPrivate(),
                    subject("x"),
                    Collections.nCopies(500, Requests.dns("a.example.net")));
        }
    },
    NUL_IN_AN_ALTERNATIVE_NAME("MALFORMED_NAME") {
        @Override
        byte[] request(String identity) {
            return Requests.with(Requests.ecKey(), "CN=" + identity, identity + "\0.example.net");
        }
    },
    NUL_IN_THE_COMMON_NAME("FOREIGN_NAME") {
        @Override
        byte[] request(String identity) {
            KeyPair key = Requests.ecKey();
            return Requests.signed(
                    Requests.info(key), key.getPrivate(), subject(identity + "\0"), List.of());
        }
    },
    LETTER_THAT_LOOKS_LIKE_ANOTHER("FOREIGN_NAME") {
        @Override
        byte[] request(String identity) {
            // To Java's equalsIgnoreCase, the long s is an s.
            KeyPair key = Requests.ecKey();
            return Requests.signed(
                    Requests.info(key),
                    key.getPrivate(),
                    subject(identity.replace('s', '\u017f')),
                    List.of());
        }
    },
    WILDCARD("MALFORMED_NAME") {
        @Override
        byte[] request(String identity) {
            return Requests.with(
                    Requests.ecKey(), "CN=" + identity, "*.customer.sallyport.internal");
        }
    },
    ADDRESS("MALFORMED_NAME: a subject alternative name of kind IP") {
        @Override
        byte[] request(String identity) {
            KeyPair key = Requests.ecKey();
            return Requests.signed(
                    Requests.info(key),
                    key.getPrivate(),
                    subject(identity),
                    List.of(new GeneralName(GeneralName.iPAddress, "192.0.2.1")));
        }
    };

    private final String rule;

    BadRequest() {
        this.rule = name() + ": ";
    }

    BadRequest(String rule) {
        this.rule = rule;
    }

    /** The request, for the device of that identity. */
    abstract byte[] request(String identity);

    /** How the answer names what is broken. */
    String rule() {
        return rule;
    }

    private static X500Name subject(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    /** The key is looked at before the signature, which nobody could make for these. */
    private static byte[] ofRsa(BigInteger modulus, long exponent, String identity) {
        SubjectPublicKeyInfo key = Requests.rsa(modulus, BigInteger.valueOf(exponent));
        return Requests.signed(
                key,
                Requests.ecKey().getPrivate(),
                subject(identity),
                List.of(Requests.dns(identity)));
    }

    /** A number of 3072 bits that is this residue modulo every small odd prime. */
    private static BigInteger withoutSmallFactor(BigInteger residue) {
        BigInteger primes = BigInteger.ONE;
        for (BigInteger prime = BigInteger.TWO;
                prime.intValue() < 752;
                prime = prime.nextProbablePrime()) {
            primes = primes.multiply(prime);
        }
        BigInteger multiple = BigInteger.ONE.shiftLeft(3071).divide(primes).add(BigInteger.TEN);
        return primes.multiply(multiple).add(residue);
    }
}
