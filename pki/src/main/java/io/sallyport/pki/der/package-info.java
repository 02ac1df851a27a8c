/**
 * The shape of DER encodings (X.690) that strangers send, looked at before a decoder builds objects
 * from them.
 */
package io.sallyport.pki.der;
