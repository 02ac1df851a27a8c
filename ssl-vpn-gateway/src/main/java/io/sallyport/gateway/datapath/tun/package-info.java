/** The TUN device (linux/Documentation/networking/tuntap.rst), with the kernel's offloads. */
package io.sallyport.gateway.datapath.tun;
