/** The one UDP socket that all DTLS clients share, with batched receiving and sending. */
package io.sallyport.gateway.datapath.udp;
