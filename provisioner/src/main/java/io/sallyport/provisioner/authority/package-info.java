/**
 * Custody of the authorities of module {@code pki}: where their keys are, what they issued, what is
 * revoked, and the numbered CRLs. Everything issued is in a table before anybody gets it; this
 * package and no other asks an authority to sign. The root's key is opened at the first start only.
 */
package io.sallyport.provisioner.authority;
