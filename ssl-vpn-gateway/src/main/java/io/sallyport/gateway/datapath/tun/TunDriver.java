package io.sallyport.gateway.datapath.tun;

/**
 * What opening a TUN device asks of the kernel; each call returns the negative errno when refused.
 */
interface TunDriver {
    /** Where the driver is. */
    String PATH = "/dev/net/tun";

    /** A descriptor without a device. */
    int open();

    /**
     * TUNSETIFF: gives the descriptor its device.
     *
     * @param name of 1 to 15 octets
     */
    int setInterface(int descriptor, String name, int flags);

    /** TUNSETOFFLOAD: what is left to the user of the descriptor. */
    int setOffload(int descriptor, long flags);

    void close(int descriptor);
}
