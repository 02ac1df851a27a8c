package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.HeaderValue;
import io.sallyport.gateway.http.Response;
import io.sallyport.gateway.http.ResponseHeader;

/** The cookies of a login that succeeded. openconnect needs the first one only. */
final class LoginCookies {
    private static final String ATTRIBUTES = "; path=/; Secure; HttpOnly";

    private LoginCookies() {}

    static void set(Response response, SessionCookie cookie) {
        response.with(
                        ResponseHeader.SET_COOKIE,
                        new HeaderValue("webvpn=" + cookie.text() + ATTRIBUTES))
                // "bu" is the address that profiles would be fetched from, and there are none.
                .with(ResponseHeader.SET_COOKIE, "webvpnc=bu:/&p:t&iu:1/" + ATTRIBUTES);
    }
}
