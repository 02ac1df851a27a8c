package io.sallyport.pki.key;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encryption of a PrivateKeyInfo, or of another secret, under a passphrase: PBES2 with
 * PBKDF2-HMAC-SHA256 (RFC 8018 section 6.2) and AES with 256 bits.
 */
enum PasswordEncryption {
    /** RFC 5084: whoever alters the file is found out when it is opened. */
    AES_256_GCM("AES/GCM/NoPadding", "GCM", NISTObjectIdentifiers.id_aes256_GCM, 12) {
        @Override
        AlgorithmParameterSpec specification(byte[] nonce) {
            return new GCMParameterSpec(TAG_BITS, nonce);
        }

        @Override
        AlgorithmParameterSpec specification(AlgorithmParameters parameters)
                throws GeneralSecurityException {
            GCMParameterSpec gcm = parameters.getParameterSpec(GCMParameterSpec.class);
            if (gcm.getTLen() != TAG_BITS) {
                throw new InvalidKeyException("expected a tag of %d bits".formatted(TAG_BITS));
            }
            return gcm;
        }
    },
    /** What OpenSSL, strongSwan and other readers of PKCS#12 know; RFC 8018 appendix B.2.5. */
    AES_256_CBC("AES/CBC/PKCS5Padding", "AES", NISTObjectIdentifiers.id_aes256_CBC, 16) {
        @Override
        AlgorithmParameterSpec specification(byte[] nonce) {
            return new IvParameterSpec(nonce);
        }

        @Override
        AlgorithmParameterSpec specification(AlgorithmParameters parameters)
                throws GeneralSecurityException {
            return parameters.getParameterSpec(IvParameterSpec.class);
        }
    };

    private static final int TAG_BITS = 128;
    private static final int KEY_OCTETS = 32;
    // A file that asks for more than this would keep whoever opens it busy for minutes.
    private static final int ITERATIONS_AT_MOST = 10_000_000;
    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private final String transformation;
    private final String parameters;
    private final String identifier;
    private final int nonceOctets;

    /**
     * @param transformation name of the cipher, as the JDK knows it
     * @param parameters name of its parameters, as the JDK knows them
     */
    PasswordEncryption(
            String transformation,
            String parameters,
            ASN1ObjectIdentifier identifier,
            int nonceOctets) {
        this.transformation = transformation;
        this.parameters = parameters;
        this.identifier = identifier.getId();
        this.nonceOctets = nonceOctets;
    }

    abstract AlgorithmParameterSpec specification(byte[] nonce);

    abstract AlgorithmParameterSpec specification(AlgorithmParameters parameters)
            throws GeneralSecurityException;

    /**
     * Returns DER of EncryptedPrivateKeyInfo (RFC 5958 section 3).
     *
     * @param clear DER of PrivateKeyInfo, or what stands in its place; is overwritten
     */
    byte[] encrypt(byte[] clear, Passphrase passphrase, int iterations, SecureRandom random) {
        byte[] salt = passphrase.salt(random);
        byte[] nonce = new byte[nonceOctets];
        random.nextBytes(nonce);
        try {
            AlgorithmParameterSpec specification = specification(nonce);
            AlgorithmParameters encoded = AlgorithmParameters.getInstance(parameters);
            encoded.init(specification);
            byte[] key = passphrase.derive(salt, iterations);
            byte[] sealed = run(Cipher.ENCRYPT_MODE, key, specification, clear);
            var pbes2 =
                    new PBES2Parameters(
                            new KeyDerivationFunc(
                                    PKCSObjectIdentifiers.id_PBKDF2,
                                    new PBKDF2Params(salt, iterations, KEY_OCTETS, HMAC_SHA256)),
                            new EncryptionScheme(
                                    new ASN1ObjectIdentifier(identifier),
                                    ASN1Primitive.fromByteArray(encoded.getEncoded())));
            return new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, pbes2), sealed)
                    .getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot encrypt with " + transformation, e);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * Opens what either of the two encrypted. CPU-bound for as long as the iterations take.
     *
     * @param der EncryptedPrivateKeyInfo
     * @throws IOException if it is none
     * @throws GeneralSecurityException if the passphrase is wrong, the content damaged, or the
     *     encryption another one
     */
    static byte[] decrypt(byte[] der, Passphrase passphrase)
            throws IOException, GeneralSecurityException {
        try {
            EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(der);
            require(info.getEncryptionAlgorithm(), PKCSObjectIdentifiers.id_PBES2);
            PBES2Parameters parameters =
                    PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
            PBKDF2Params derivation =
                    PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
            require(derivation.getPrf(), PKCSObjectIdentifiers.id_hmacWithSHA256);
            int iterations = derivation.getIterationCount().intValueExact();
            if (iterations < 1 || iterations > ITERATIONS_AT_MOST) {
                throw new InvalidKeyException(
                        "expected 1 to %d iterations".formatted(ITERATIONS_AT_MOST));
            }
            EncryptionScheme scheme = parameters.getEncryptionScheme();
            PasswordEncryption encryption = of(scheme.getAlgorithm());
            AlgorithmParameters encoded = AlgorithmParameters.getInstance(encryption.parameters);
            encoded.init(scheme.getParameters().toASN1Primitive().getEncoded());
            byte[] clear =
                    encryption.run(
                            Cipher.DECRYPT_MODE,
                            passphrase.derive(derivation.getSalt(), iterations),
                            encryption.specification(encoded),
                            info.getEncryptedData());
            if (encryption == AES_256_GCM) { // the other one opens by chance, too
                passphrase.opened(derivation.getSalt());
            }
            return clear;
        } catch (RuntimeException e) { // the ASN.1 library declares no exception and throws many
            throw new IOException("expected an encrypted private key of PKCS#8", e);
        }
    }

    private static PasswordEncryption of(ASN1ObjectIdentifier identifier)
            throws InvalidKeyException {
        for (PasswordEncryption each : values()) {
            if (each.identifier.equals(identifier.getId())) {
                return each;
            }
        }
        throw new InvalidKeyException("a private key encrypted with algorithm " + identifier);
    }

    private static void require(AlgorithmIdentifier found, ASN1ObjectIdentifier expected)
            throws InvalidKeyException {
        if (!found.getAlgorithm().equals(expected)) {
            throw new InvalidKeyException(
                    "a private key encrypted with algorithm " + found.getAlgorithm());
        }
    }

    private byte[] run(int mode, byte[] key, AlgorithmParameterSpec specification, byte[] input)
            throws GeneralSecurityException {
        try {
            Cipher cipher = Cipher.getInstance(transformation);
            cipher.init(mode, new SecretKeySpec(key, "AES"), specification);
            return cipher.doFinal(input);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
