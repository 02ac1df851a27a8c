package io.sallyport.pki.lint;

import io.sallyport.pki.key.AcceptedKey;
import io.sallyport.pki.key.SignatureScheme;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The one scheme that fits the issuer's key. */
final class CrlSignatureRule implements CrlRule {

    @Override
    public String section() {
        return "5.1.2.2";
    }

    @Override
    public Optional<String> violation(TBSCertList list, TBSCertificate issuer) {
        try {
            byte[] key = issuer.getSubjectPublicKeyInfo().getEncoded(ASN1Encoding.DER);
            SignatureScheme expected = SignatureScheme.of(AcceptedKey.of(key).algorithm());
            return Rule.unless(
                    list.getSignature().equals(expected.identifier()),
                    "the signature must be " + expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
