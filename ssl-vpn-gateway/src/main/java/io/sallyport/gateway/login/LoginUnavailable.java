package io.sallyport.gateway.login;

import java.io.IOException;

/** The authority cannot be asked at the moment. */
public final class LoginUnavailable extends IOException {
    public LoginUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
