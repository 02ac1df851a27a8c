package io.sallyport.gateway.http;

import java.util.Optional;

/** The requests that exist. Everything that can be reached without a login is one of these. */
public enum RequestKind {
    /** The login form, for clients without the XML exchange. */
    FORM_PAGE("GET", Target.LOGIN, Optional.empty(), 0),
    /** A document of the XML exchange. */
    XML_POST("POST", Target.LOGIN, Optional.of("application/xml"), 8_192),
    /** The filled-in form of a client without the XML exchange. */
    FORM_POST("POST", Target.LOGIN, Optional.of("application/x-www-form-urlencoded"), 8_192),
    /** The tunnel; needs the cookie of a login. */
    CONNECT("CONNECT", Target.TUNNEL, Optional.empty(), 0);

    /** The longest body of any kind. */
    static final int MAX_BODY = 8_192;

    private final String method;
    private final Target target;
    private final Optional<String> mediaType;
    private final int maxBody;

    RequestKind(String method, Target target, Optional<String> mediaType, int maxBody) {
        this.method = method;
        this.target = target;
        this.mediaType = mediaType;
        this.maxBody = maxBody;
    }

    /** The method, exactly. */
    public String method() {
        return method;
    }

    public Target target() {
        return target;
    }

    /** The media type of the body, without parameters; empty for a request without a body. */
    public Optional<String> mediaType() {
        return mediaType;
    }

    /** The longest body in octets. */
    public int maxBody() {
        return maxBody;
    }

    /** Where a request can go to. */
    public enum Target {
        /** "/", or "/" and the name of a group: {@link LoginPath}. */
        LOGIN("/ or /GROUP"),
        /** The one address of the tunnel. */
        TUNNEL("/CSCOSSLC/tunnel");

        private final String syntax;

        Target(String syntax) {
            this.syntax = syntax;
        }

        /** How it is written. */
        public String syntax() {
            return syntax;
        }
    }
}
