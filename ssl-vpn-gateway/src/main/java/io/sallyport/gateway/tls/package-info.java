/**
 * TLS 1.3, TLS 1.2 and DTLS 1.2 for the server side of the tunnel. BouncyCastle's lightweight API
 * runs the handshakes on the JDK's cryptographic providers; records are sealed and opened by our
 * own AES-GCM layer, which the data path takes over from a finished handshake.
 *
 * <p>Left out on purpose: renegotiation, compression, session tickets and resumption, 0-RTT,
 * ChaCha20, CBC and static-RSA suites, TLS below 1.2, DTLS other than 1.2 with a pre-shared key.
 */
package io.sallyport.gateway.tls;
