/**
 * Requests for certificates as strangers send them: PKCS#10 (RFC 2986), PEM or DER. A {@link
 * io.sallyport.pki.request.VerifiedRequest} is the proof that its sender has the private key and
 * that the key is strong enough; what else the request says is not believed.
 */
package io.sallyport.pki.request;
