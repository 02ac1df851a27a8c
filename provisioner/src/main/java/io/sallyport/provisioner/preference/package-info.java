/** What a caller would like, beside what it asks for (RFC 7240): to wait for an answer. */
package io.sallyport.provisioner.preference;
