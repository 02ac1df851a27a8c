package io.sallyport.pki.authority;

import io.sallyport.pki.profile.EndEntityProfile;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The authorities that a running service uses. The root's key is not among them: it is opened for a
 * ceremony only.
 *
 * @param root what everybody trusts
 * @param sites issues what speaks IKE
 * @param internal issues what our own processes show each other, and the API its users
 * @param gateways issues what gateways show to teleworkers' clients
 * @param teleworkers issues what teleworkers' clients show to gateways
 */
public record Authorities(
        X509Certificate root,
        CertificateAuthority sites,
        CertificateAuthority internal,
        CertificateAuthority gateways,
        CertificateAuthority teleworkers) {

    /** Those that issue to end entities. */
    public List<CertificateAuthority> issuing() {
        return List.of(sites, internal, gateways, teleworkers);
    }

    /**
     * The one that issues by this profile.
     *
     * @throws IllegalArgumentException if none does
     */
    public CertificateAuthority issuerOf(EndEntityProfile profile) {
        return issuing().stream()
                .filter(each -> each.profile().endEntityProfiles().contains(profile.name()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no authority for " + profile.name()));
    }
}
