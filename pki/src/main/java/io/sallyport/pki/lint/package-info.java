/**
 * The rules of RFC 5280 that we rely on, one small class each, run on every certificate before it
 * is signed. They read the encoded to-be-signed certificate, not the objects it was built from, so
 * that a mistake in the building is seen. What an issuer may decide for itself (lifetimes, names,
 * key sizes) is in the profiles, not here.
 */
package io.sallyport.pki.lint;
