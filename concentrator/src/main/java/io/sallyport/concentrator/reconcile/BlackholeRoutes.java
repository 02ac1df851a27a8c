package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.IpNetwork;

import java.io.IOException;
import java.util.Set;

/**
 * Routes that drop packets for a branch while its tunnel is down, so that none leaves in clear
 * text. charon's own routes (table 220) win while the tunnel is up. Blocks, with a deadline.
 */
public interface BlackholeRoutes {
    /** Our routes, as the kernel has them; nobody else's. */
    Set<IpNetwork> list() throws IOException;

    /**
     * Adds and removes routes of ours.
     *
     * @throws IOException if one of them failed; the others were done, {@link #list} tells which
     */
    void change(Set<IpNetwork> add, Set<IpNetwork> remove) throws IOException;
}
