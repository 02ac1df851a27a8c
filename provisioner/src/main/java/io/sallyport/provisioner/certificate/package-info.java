/**
 * The certificates that were issued, as operators and customers see them, and their revocation; the
 * authorities that issue them.
 */
package io.sallyport.provisioner.certificate;
