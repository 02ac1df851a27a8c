package io.sallyport.gateway.http;

import java.util.Locale;

/** Why a connection is closed before it has become a tunnel; for counters. */
public enum RejectReason {
    REQUEST_LINE_TOO_LONG,
    HEADER_FIELD_TOO_LONG,
    TOO_MANY_HEADER_FIELDS,
    HEADER_TOO_LARGE,
    BODY_TOO_LARGE,
    /** Not HTTP/1.1 as clients send it. */
    MALFORMED_REQUEST,
    /** A body that is not the document or the form that its request carries. */
    MALFORMED_BODY,
    /** Well formed, but none of the requests that exist. */
    UNKNOWN_REQUEST,
    /** A request that exists, but not now. */
    OUT_OF_ORDER,
    /** Octets behind a request that was not answered yet. */
    PIPELINED,
    TOO_MANY_REQUESTS,
    DEADLINE,
    /** The client left in the middle of a request. */
    TRUNCATED;

    /** As a label of a metric. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
