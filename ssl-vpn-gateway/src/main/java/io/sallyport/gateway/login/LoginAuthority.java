package io.sallyport.gateway.login;

import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;

/** Decides who may log in. Thread-safe. */
@FunctionalInterface
public interface LoginAuthority {

    /**
     * Decides one login; blocks, and is over within a few seconds.
     *
     * @throws LoginUnavailable if no decision can be had
     */
    LoginDecision decide(LoginRequest request) throws LoginUnavailable;
}
