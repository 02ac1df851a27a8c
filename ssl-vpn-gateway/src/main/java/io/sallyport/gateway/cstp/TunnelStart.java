package io.sallyport.gateway.cstp;

import io.sallyport.gateway.tls.EstablishedTls;

/** A tunnel that was granted and waits for its connection. Exactly one of its methods is called. */
public interface TunnelStart {

    /**
     * The reply has been sent; from here on the connection belongs to the tunnel. Does not block.
     */
    void start(EstablishedTls tls);

    /** The connection was lost before the reply was out: gives back what was reserved. */
    void abandon();
}
