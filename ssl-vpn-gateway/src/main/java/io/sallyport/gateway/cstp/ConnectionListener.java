package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.login.LoginListener;
import io.sallyport.wire.IpAddress;

/** Is told what becomes of connections. Called on their threads; must not block, must not throw. */
public interface ConnectionListener extends LoginListener {

    /** The connection is closed because of what came on it. */
    void rejected(IpAddress source, RejectReason reason);

    /** A CONNECT was answered. */
    void connect(IpAddress source, ConnectOutcome outcome);

    /** The connection broke, or we did. */
    void failed(IpAddress source, Exception cause);

    /** What became of a CONNECT; for counters. */
    enum ConnectOutcome {
        GRANTED,
        NO_COOKIE,
        NO_SESSION,
        UNAVAILABLE
    }
}
