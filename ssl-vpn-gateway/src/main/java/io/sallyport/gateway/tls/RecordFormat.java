package io.sallyport.gateway.tls;

/** How a version of the protocol lays out a record protected with AES-GCM. */
enum RecordFormat {
    /** RFC 8446 section 5.2: the nonce is implicit, the type of the content is encrypted. */
    TLS_1_3(5, 0x0303, 0, 1),
    /** RFC 5288: eight octets of the nonce travel in the record; we send the sequence number. */
    TLS_1_2(5, 0x0303, 8, 0),
    /** RFC 6347 section 4.1: as TLS 1.2, with epoch and sequence number in the header. */
    DTLS_1_2(13, 0xfefd, 8, 0);

    static final int TAG_LENGTH = 16;

    /** RFC 8446 section 5.1, RFC 5246 section 6.2.1. */
    static final int CONTENT_LIMIT = 1 << 14;

    private final int headerLength;
    private final int version;
    private final int explicitNonceLength;
    private final int innerTypeLength;

    RecordFormat(int headerLength, int version, int explicitNonceLength, int innerTypeLength) {
        this.headerLength = headerLength;
        this.version = version;
        this.explicitNonceLength = explicitNonceLength;
        this.innerTypeLength = innerTypeLength;
    }

    int headerLength() {
        return headerLength;
    }

    /** The version that every protected record carries. */
    int version() {
        return version;
    }

    int explicitNonceLength() {
        return explicitNonceLength;
    }

    int innerTypeLength() {
        return innerTypeLength;
    }

    /** Octets that protection adds to the content, without the header. */
    int expansion() {
        return explicitNonceLength + innerTypeLength + TAG_LENGTH;
    }

    /** The longest body of a record that we take. TLS 1.3 leaves room for padding (section 5.2). */
    int bodyLimit() {
        return CONTENT_LIMIT + (this == TLS_1_3 ? 256 : expansion());
    }
}
