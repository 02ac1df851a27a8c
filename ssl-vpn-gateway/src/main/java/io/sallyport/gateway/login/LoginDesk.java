package io.sallyport.gateway.login;

import io.sallyport.wire.GroupPolicy;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What all logins of the gateway share. Its parts are thread-safe.
 *
 * @param groups that can be chosen now, the default one first
 * @param authority decides
 * @param limiter bounds what it is asked
 * @param closed why there are no logins at present, for the user
 */
public record LoginDesk(
        Supplier<List<GroupPolicy>> groups,
        LoginAuthority authority,
        AttemptLimiter limiter,
        Supplier<Optional<String>> closed) {}
