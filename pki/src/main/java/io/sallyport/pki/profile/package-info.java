/**
 * What a certificate may contain (RFC 5280 section 4.2): names that are checked when they are made,
 * and profiles that are checked once and then immutable. A profile decides everything; a request
 * contributes its public key and, at most, its agreement to the name.
 *
 * <p>No profile has CRL distribution points or authority information access: CRLs are pushed to the
 * daemons, because a daemon that fetches one can be made to hang by the server it asks. Which names
 * an authority may certify at all follows from its purpose and the deployment's domain: {@link
 * io.sallyport.pki.profile.Namespace}.
 */
package io.sallyport.pki.profile;
