/**
 * Passwords at rest: Argon2id (RFC 9106). It is here and not in module {@code pki} because it has
 * nothing to do with certificates; it is the one place outside of that module that uses
 * BouncyCastle, and the one that calls native code: libsodium, where the machine has it
 * (docs/adr/0079).
 */
package io.sallyport.provisioner.password;
