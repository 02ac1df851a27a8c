package io.sallyport.gateway.cstp;

/** The names that client and gateway use for the way DTLS is keyed. */
final class DtlsSuite {
    /** A key exported from the TLS connection (draft-mavrogiannopoulos-openconnect). */
    static final String PSK_NEGOTIATE = "PSK-NEGOTIATE";

    private DtlsSuite() {}
}
