package io.sallyport.gateway.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The header fields of a request that are read. All others are passed over. */
public enum RequestHeader {
    CONTENT_TYPE("Content-Type", 64),
    CONTENT_LENGTH("Content-Length", 5),
    /** Read only to refuse it: a body whose length two fields tell differently (RFC 9112 6.3). */
    TRANSFER_ENCODING("Transfer-Encoding", 0),
    USER_AGENT("User-Agent", 256),
    COOKIE("Cookie", 1_024),
    X_CSTP_HOSTNAME("X-CSTP-Hostname", 256),
    X_CSTP_BASE_MTU("X-CSTP-Base-MTU", 5),
    X_CSTP_MTU("X-CSTP-MTU", 5),
    X_CSTP_ADDRESS_TYPE("X-CSTP-Address-Type", 16),
    X_DTLS_CIPHERSUITE("X-DTLS-CipherSuite", 1_024);

    private static final Map<String, RequestHeader> BY_NAME = new HashMap<>();

    static {
        for (RequestHeader header : values()) {
            BY_NAME.put(header.fieldName.toLowerCase(Locale.ROOT), header);
        }
    }

    private final String fieldName;
    private final int maxLength;

    RequestHeader(String fieldName, int maxLength) {
        this.fieldName = fieldName;
        this.maxLength = maxLength;
    }

    public String fieldName() {
        return fieldName;
    }

    /** The longest value, in octets. */
    public int maxLength() {
        return maxLength;
    }

    /** The header field of this name, in any case (RFC 9110 section 5.1). */
    static Optional<RequestHeader> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }
}
