package io.sallyport.provisioner.tunnel;

import java.util.UUID;

/** Hears that a tunnel is being ended, before anything else happens in that transaction. */
public interface TunnelEnding {
    /** Takes note of it. Blocks; runs in the transaction that ends the tunnel. */
    void ending(UUID tunnel);
}
