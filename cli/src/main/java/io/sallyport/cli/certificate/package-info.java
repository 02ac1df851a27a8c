/** Certificates that the internal CA issued: finding, revoking and renewing them. */
package io.sallyport.cli.certificate;
