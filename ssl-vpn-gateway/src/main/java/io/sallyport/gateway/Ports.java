package io.sallyport.gateway;

/** The ports that are listened on. */
record Ports(int tcp, int udp, int admin) {}
