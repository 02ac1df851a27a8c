package io.sallyport.concentrator.reconcile;

import java.security.PrivateKey;

/**
 * The concentrator's own IKE credentials. Holds a private key: never printed.
 *
 * @param ikeKey key of the IKE certificate
 * @param ikeCertificatePem the certificate for it
 */
public record NodeCredentials(PrivateKey ikeKey, String ikeCertificatePem) {
    @Override
    public String toString() {
        return "NodeCredentials[(kept secret)]";
    }
}
