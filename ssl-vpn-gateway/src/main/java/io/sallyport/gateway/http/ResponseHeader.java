package io.sallyport.gateway.http;

/**
 * The header fields of replies. Clients compare the names of X-CSTP and X-DTLS fields octet for
 * octet (openconnect 9.01), though RFC 9110 section 5.1 says otherwise.
 */
public enum ResponseHeader {
    CONTENT_TYPE("Content-Type"),
    CONTENT_LENGTH("Content-Length"),
    CONNECTION("Connection"),
    CACHE_CONTROL("Cache-Control"),
    SET_COOKIE("Set-Cookie"),
    X_TRANSCEND_VERSION("X-Transcend-Version"),
    X_REASON("X-Reason"),

    X_CSTP_VERSION("X-CSTP-Version"),
    X_CSTP_HOSTNAME("X-CSTP-Hostname"),
    X_CSTP_ADDRESS("X-CSTP-Address"),
    X_CSTP_NETMASK("X-CSTP-Netmask"),
    X_CSTP_ADDRESS_IP6("X-CSTP-Address-IP6"),
    X_CSTP_DNS("X-CSTP-DNS"),
    X_CSTP_DEFAULT_DOMAIN("X-CSTP-Default-Domain"),
    X_CSTP_SPLIT_DNS("X-CSTP-Split-DNS"),
    X_CSTP_SPLIT_INCLUDE("X-CSTP-Split-Include"),
    X_CSTP_SPLIT_INCLUDE_IP6("X-CSTP-Split-Include-IP6"),
    X_CSTP_SPLIT_EXCLUDE("X-CSTP-Split-Exclude"),
    X_CSTP_SPLIT_EXCLUDE_IP6("X-CSTP-Split-Exclude-IP6"),
    X_CSTP_TUNNEL_ALL_DNS("X-CSTP-Tunnel-All-DNS"),
    X_CSTP_CLIENT_BYPASS_PROTOCOL("X-CSTP-Client-Bypass-Protocol"),
    X_CSTP_BANNER("X-CSTP-Banner"),
    X_CSTP_DPD("X-CSTP-DPD"),
    X_CSTP_KEEPALIVE("X-CSTP-Keepalive"),
    X_CSTP_IDLE_TIMEOUT("X-CSTP-Idle-Timeout"),
    X_CSTP_SESSION_TIMEOUT("X-CSTP-Session-Timeout"),
    X_CSTP_SESSION_TIMEOUT_REMAINING("X-CSTP-Session-Timeout-Remaining"),
    X_CSTP_DISCONNECTED_TIMEOUT("X-CSTP-Disconnected-Timeout"),
    X_CSTP_SMARTCARD_REMOVAL_DISCONNECT("X-CSTP-Smartcard-Removal-Disconnect"),
    X_CSTP_REKEY_TIME("X-CSTP-Rekey-Time"),
    X_CSTP_REKEY_METHOD("X-CSTP-Rekey-Method"),
    X_CSTP_KEEP("X-CSTP-Keep"),
    X_CSTP_TCP_KEEPALIVE("X-CSTP-TCP-Keepalive"),
    X_CSTP_LICENSE("X-CSTP-License"),
    X_CSTP_MTU("X-CSTP-MTU"),

    X_DTLS_DPD("X-DTLS-DPD"),
    X_DTLS_PORT("X-DTLS-Port"),
    X_DTLS_KEEPALIVE("X-DTLS-Keepalive"),
    X_DTLS_REKEY_TIME("X-DTLS-Rekey-Time"),
    X_DTLS_REKEY_METHOD("X-DTLS-Rekey-Method"),
    X_DTLS_APP_ID("X-DTLS-App-ID"),
    X_DTLS_CIPHERSUITE("X-DTLS-CipherSuite");

    private final String fieldName;

    ResponseHeader(String fieldName) {
        this.fieldName = fieldName;
    }

    String fieldName() {
        return fieldName;
    }
}
