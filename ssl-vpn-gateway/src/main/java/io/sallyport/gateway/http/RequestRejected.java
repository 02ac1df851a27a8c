package io.sallyport.gateway.http;

import java.io.IOException;

/** What came is no request that is answered here. The connection is to be closed. */
public final class RequestRejected extends IOException {
    private final RejectReason reason;

    /**
     * @param message for the log; holds nothing of what the client sent
     */
    public RequestRejected(RejectReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RejectReason reason() {
        return reason;
    }
}
