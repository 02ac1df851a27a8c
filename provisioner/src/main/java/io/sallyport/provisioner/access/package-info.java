/**
 * Who calls the API and what they may do: bearer tokens (RFC 6750) of 256 random bits, of which
 * only the SHA-256 is kept, and two roles. Every route says who may use it; a route that says
 * nothing is closed.
 */
package io.sallyport.provisioner.access;
