package io.sallyport.pki.profile;

import java.net.URI;

/**
 * Where everybody can learn whether a certificate of an authority was revoked; it stands in the
 * certificate.
 *
 * @param crl the authority's CRL (RFC 5280 section 4.2.1.13)
 * @param ocsp its OCSP responder (RFC 5280 section 4.2.2.1)
 */
public record StatusAddresses(URI crl, URI ocsp) {

    /** Checks both. */
    public StatusAddresses {
        require(crl);
        require(ocsp);
    }

    /**
     * Refuses what is no address for a certificate.
     *
     * @throws IllegalArgumentException unless it is an absolute http URL. Not https: whoever opens
     *     that has to verify a certificate first, and would turn in a circle (RFC 5280 section 8)
     */
    public static void require(URI address) {
        if (!"http".equals(address.getScheme())
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawFragment() != null
                || !address.toString().equals(address.toASCIIString())) {
            throw new IllegalArgumentException("expected a URL such as http://pki.example.net");
        }
    }
}
