/**
 * The tunnel's own protocol and the life of a connection up to it: CONNECT and its reply
 * (draft-mavrogiannopoulos-openconnect), and {@link io.sallyport.gateway.cstp.ConnectionHandler},
 * which leads a client from its first request to the tunnel. Packets are framed and moved in {@code
 * datapath}; compression and the legacy DTLS of X-DTLS-Master-Secret are left out.
 */
package io.sallyport.gateway.cstp;
