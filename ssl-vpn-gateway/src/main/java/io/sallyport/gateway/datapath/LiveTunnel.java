package io.sallyport.gateway.datapath;

/** A tunnel that carries packets. Thread-safe; nothing here blocks. */
public interface LiveTunnel {

    /** What downward packets travel on. */
    enum Channel {
        TLS,
        DTLS
    }

    /**
     * Ends the tunnel for good: the client shows the reason to its user and does not come back.
     *
     * @param reason a sentence for the user, cut to 200 octets of UTF-8
     */
    void disconnect(String reason);

    /**
     * Closes the tunnel without a word to the client's user; the client may come back with its
     * cookie. For the connection that a newer CONNECT of the same session replaces: its addresses
     * are the newer tunnel's as soon as that one is attached.
     */
    void close();

    /** What was carried and dropped so far. */
    Counters counters();

    /** The channel in use now. */
    Channel channel();
}
