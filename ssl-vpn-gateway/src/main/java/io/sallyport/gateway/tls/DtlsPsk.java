package io.sallyport.gateway.tls;

/**
 * The key of the DTLS handshake ("PSK-NEGOTIATE"): 32 octets that the TLS connection which carried
 * CONNECT exports. Secret; only this package sees the octets.
 */
public final class DtlsPsk {

    private final byte[] octets;

    DtlsPsk(byte[] octets) {
        this.octets = octets.clone();
    }

    byte[] octets() {
        return octets.clone();
    }

    @Override
    public String toString() {
        return "DtlsPsk[secret]";
    }
}
