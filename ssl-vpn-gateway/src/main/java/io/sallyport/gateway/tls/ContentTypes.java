package io.sallyport.gateway.tls;

/** The types of a record's content (RFC 8446 section 5.1, RFC 5246 section 6.2.1). */
public final class ContentTypes {

    public static final int CHANGE_CIPHER_SPEC = 20;
    public static final int ALERT = 21;
    public static final int HANDSHAKE = 22;
    public static final int APPLICATION_DATA = 23;

    private ContentTypes() {}
}
