package io.sallyport.pki.authority;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;

import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.security.SecureRandom;

/** Makes requests for certificates of our own keys (RFC 2986). Pure but for the randomness. */
final class CertificationRequests {

    private CertificationRequests() {}

    /** The request of an authority for its certificate, in PEM. */
    static String ofAuthority(AuthorityProfile profile, SigningKey key, SecureRandom random) {
        var info =
                new CertificationRequestInfo(
                        ToBeSigned.commonName(ToBeSigned.authorityName(profile, key.publicKey())),
                        SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()),
                        new DERSet());
        return Pem.encode(Pem.CERTIFICATE_REQUEST, key.sign(info, random));
    }
}
