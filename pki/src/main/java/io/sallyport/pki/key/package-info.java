/**
 * Keys: which public keys are accepted, keys made here, and how a private key is kept or handed
 * over (encrypted PKCS#8, RFC 5958 and RFC 8018; PKCS#12, RFC 7292). All cryptography is the JDK's.
 * Keys in tokens (PKCS#11) are not here: a token's key is a {@link java.security.PrivateKey} like
 * any other to the authority that signs with it.
 */
package io.sallyport.pki.key;
