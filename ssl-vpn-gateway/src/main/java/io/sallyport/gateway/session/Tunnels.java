package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.LiveTunnel;
import io.sallyport.gateway.datapath.TunnelListener;
import io.sallyport.gateway.datapath.TunnelSpec;
import io.sallyport.gateway.tls.EstablishedTls;

/** What carries the packets: the data path, as far as sessions need it. */
@FunctionalInterface
public interface Tunnels {
    /**
     * Takes over a connection whose client has been sent the answer to CONNECT. Does not block.
     *
     * @throws IllegalStateException if nothing is carried any more
     */
    LiveTunnel attach(TunnelSpec spec, EstablishedTls tls, TunnelListener listener);
}
