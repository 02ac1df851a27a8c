package io.sallyport.pki.key;

import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.CertBag;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/**
 * A key made here together with its certificate chain, for a device: PKCS#12 (RFC 7292) as OpenSSL
 * 3, strongSwan and current systems read it: the key under PBES2 with AES-256 and
 * PBKDF2-HMAC-SHA256 (RFC 8018), integrity by HMAC-SHA256. The certificates are in clear: the
 * device has them in clear beside it, and who opens the file derives two keys instead of three.
 */
public final class Pkcs12 {

    // Rounds make every guess at a passphrase dearer. Nobody guesses 125 random bits at any price
    // (Passphrase.random), so these are what OpenSSL writes (PKCS12_DEFAULT_ITER), twice what RFC
    // 8018 section 4.2 asks for; the JDK's 10,000 would only cost the device time at every start.
    private static final int ROUNDS = 2_048;
    private static final int SALT_OCTETS = 16;
    private static final String MAC = "HmacPBESHA256";

    private final byte[] octets;
    private final Passphrase passphrase;

    private Pkcs12(byte[] octets, Passphrase passphrase) {
        this.octets = octets;
        this.passphrase = passphrase;
    }

    /** The file, read-only. */
    public ByteBuffer octets() {
        return ByteBuffer.wrap(octets).asReadOnlyBuffer();
    }

    /** Opens the file; made at random, to be handed over once, and by another way than the file. */
    public Passphrase passphrase() {
        return passphrase;
    }

    /**
     * Seals key and chain under a new passphrase.
     *
     * @param friendlyName how the device lists the key; lower case, as key stores compare it
     *     without case
     * @param chain the key's certificate first, then its issuer, up to and including the root if
     *     the device shall learn it
     * @throws IllegalArgumentException when the first certificate is not this key's
     */
    public static Pkcs12 seal(
            GeneratedKey key,
            List<X509Certificate> chain,
            String friendlyName,
            SecureRandom random) {
        if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(key.publicKey())) {
            throw new IllegalArgumentException(
                    "the chain does not begin with the key's certificate");
        }
        Passphrase passphrase = Passphrase.random(random);
        try {
            ASN1Set keyAttributes = attributes(friendlyName, chain.getFirst());
            SafeBag[] certificates = new SafeBag[chain.size()];
            for (int i = 0; i < certificates.length; i++) {
                certificates[i] =
                        new SafeBag(
                                PKCSObjectIdentifiers.certBag,
                                new CertBag(
                                        PKCSObjectIdentifiers.x509Certificate,
                                        new DEROctetString(chain.get(i).getEncoded())),
                                i == 0 ? keyAttributes : null);
            }
            SafeBag shroudedKey =
                    new SafeBag(
                            PKCSObjectIdentifiers.pkcs8ShroudedKeyBag,
                            EncryptedPrivateKeyInfo.getInstance(
                                    PasswordEncryption.AES_256_CBC.encrypt(
                                            encoded(key), passphrase, ROUNDS, random)),
                            keyAttributes);
            byte[] content =
                    der(
                            new AuthenticatedSafe(
                                    new ContentInfo[] {
                                        data(new DERSequence(certificates)),
                                        data(new DERSequence(shroudedKey))
                                    }));
            Pfx file =
                    new Pfx(
                            new ContentInfo(
                                    PKCSObjectIdentifiers.data, new DEROctetString(content)),
                            authentication(content, passphrase, random));
            return new Pkcs12(der(file), passphrase);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot write PKCS#12", e);
        }
    }

    /**
     * The key as PrivateKeyInfo; an EC key with its public half (RFC 5915 section 3), which the JDK
     * leaves out and GnuTLS, that is openconnect, cannot do without.
     */
    private static byte[] encoded(GeneratedKey key) throws IOException {
        byte[] bare = key.privateKey().getEncoded();
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(bare);
        if (!info.getPrivateKeyAlgorithm()
                .getAlgorithm()
                .equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return bare;
        }
        ASN1OctetString secret =
                (ASN1OctetString) ASN1Sequence.getInstance(info.parsePrivateKey()).getObjectAt(1);
        ASN1BitString point =
                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()).getPublicKeyData();
        byte[] whole =
                der(
                        new PrivateKeyInfo(
                                info.getPrivateKeyAlgorithm(),
                                new DERSequence(
                                        new ASN1Encodable[] {
                                            new ASN1Integer(1),
                                            secret,
                                            new DERTaggedObject(true, 1, point)
                                        })));
        Arrays.fill(bare, (byte) 0);
        return whole;
    }

    /** How the device knows which certificate is the key's. */
    private static ASN1Set attributes(String friendlyName, X509Certificate certificate)
            throws GeneralSecurityException {
        byte[] keyId = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return new DERSet(
                new ASN1Encodable[] {
                    new Attribute(
                            PKCSObjectIdentifiers.pkcs_9_at_friendlyName,
                            new DERSet(new DERBMPString(friendlyName))),
                    new Attribute(
                            PKCSObjectIdentifiers.pkcs_9_at_localKeyId,
                            new DERSet(new DEROctetString(keyId)))
                });
    }

    private static ContentInfo data(ASN1Encodable content) throws IOException {
        return new ContentInfo(PKCSObjectIdentifiers.data, new DEROctetString(der(content)));
    }

    /** RFC 7292 section 4 and appendix B. */
    private static MacData authentication(
            byte[] content, Passphrase passphrase, SecureRandom random)
            throws GeneralSecurityException {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        char[] characters = passphrase.characters();
        PBEKeySpec password = new PBEKeySpec(characters);
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(
                    SecretKeyFactory.getInstance("PBE").generateSecret(password),
                    new PBEParameterSpec(salt, ROUNDS));
            return new MacData(
                    new DigestInfo(
                            new AlgorithmIdentifier(
                                    NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE),
                            mac.doFinal(content)),
                    salt,
                    ROUNDS);
        } finally {
            password.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }

    private static byte[] der(ASN1Encodable value) throws IOException {
        return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
    }

    @Override
    public String toString() {
        return "Pkcs12[hidden]";
    }
}
