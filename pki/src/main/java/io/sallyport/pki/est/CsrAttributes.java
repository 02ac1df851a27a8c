package io.sallyport.pki.est;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a request should look like (CsrAttrs, RFC 7030 section 4.5.2): advice for clients that can
 * choose. What else is accepted stands in the profile.
 */
public final class CsrAttributes {
    private CsrAttributes() {}

    /**
     * An EC key of P-256, signed with SHA-256; in DER. No challengePassword: a request is not tied
     * to its TLS session, which TLS 1.3 does not offer (RFC 7030 section 3.5, RFC 9266).
     */
    public static byte[] preferringP256() {
        ASN1Encodable key =
                new Attribute(
                        X9ObjectIdentifiers.id_ecPublicKey,
                        new DERSet(SECObjectIdentifiers.secp256r1));
        try {
            return new DERSequence(new ASN1Encodable[] {key, X9ObjectIdentifiers.ecdsa_with_SHA256})
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException("an encoding to memory failed", e);
        }
    }
}
