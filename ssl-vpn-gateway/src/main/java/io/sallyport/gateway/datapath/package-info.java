/**
 * Carries packets between the clients' channels (CSTP in TLS, and DTLS) and the TUN device, from
 * the answer to CONNECT until the session ends. Three platform threads carry everything: TUN to
 * clients, TCP to TUN, UDP to TUN; each owns its buffers, so that an idle session has none.
 *
 * <p>Who may have a tunnel, and with which address and rules, is decided before and elsewhere.
 */
package io.sallyport.gateway.datapath;
