/**
 * IPv4 and IPv6 packets in octet arrays: reading their headers, checksums (RFC 1071), cutting large
 * segments that the kernel left whole, and joining small ones for it (virtio-v1.2 section 5.1.6,
 * "struct virtio_net_hdr"). No input or output, nothing is allocated per packet, and nothing here
 * throws on what a packet contains.
 */
package io.sallyport.gateway.datapath.packet;
