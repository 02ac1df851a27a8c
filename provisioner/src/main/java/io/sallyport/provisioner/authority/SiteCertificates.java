package io.sallyport.provisioner.authority;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.wire.DnsName;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;

/**
 * Certificates of what speaks IKE, from the issuing CA for sites. Every method blocks and runs in
 * the caller's transaction: what it issues or revokes is recorded there, or not at all.
 */
public interface SiteCertificates {
    /**
     * A recorded certificate.
     *
     * @param id of its row
     * @param certificate the certificate
     */
    record Recorded(UUID id, X509Certificate certificate) {}

    /**
     * A CA certificate that branches and concentrators trust.
     *
     * @param name one DNS label
     * @param certificate the certificate
     */
    record Trusted(String name, X509Certificate certificate) {}

    /**
     * Certifies the key of a customer's request as that branch's.
     *
     * @throws io.sallyport.pki.request.RequestRefusedException if the request names somebody else
     * @throws io.sallyport.pki.lint.LintViolationException if a rule is broken
     */
    Recorded issueBranch(DnsName identity, VerifiedRequest request);

    /**
     * Certifies a key that was made in this process as that branch's.
     *
     * @throws io.sallyport.pki.lint.LintViolationException if a rule is broken
     */
    Recorded issueBranch(DnsName identity, GeneratedKey key);

    /** A certificate issued before. */
    X509Certificate certificate(UUID id);

    /**
     * Revokes a certificate, because what it was for has ended, and makes the CRL that says so.
     * Does nothing if it is revoked.
     */
    void revoke(UUID id);

    /**
     * What to trust: the present root, others that are accepted, the authority that issues, then
     * the others that are accepted.
     */
    List<Trusted> trusted();
}
