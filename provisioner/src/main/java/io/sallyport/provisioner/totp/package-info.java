/** One-time passwords by time (RFC 6238, on RFC 4226), as authenticator programs make them. */
package io.sallyport.provisioner.totp;
