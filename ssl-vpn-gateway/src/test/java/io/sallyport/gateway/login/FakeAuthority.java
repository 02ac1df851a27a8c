package io.sallyport.gateway.login;

import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.SessionId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Knows one user, bob, and decides as the provisioner does: the password first, then the one-time
 * password, which it asks for if it is missing.
 */
public final class FakeAuthority implements LoginAuthority {
    public static final String PASSWORD = "s3cret <&> Pw";
    public static final String ONE_TIME_PASSWORD = "123456";
    public static final String CONTINUATION = "c29tZXRoaW5nLXNlYWxlZA";

    /** Every request, in its order. */
    public final List<LoginRequest> requests = Collections.synchronizedList(new ArrayList<>());

    private final List<GroupPolicy> groups;

    /** What it answers instead, if anything. */
    public volatile Optional<LoginDecision> instead = Optional.empty();

    public volatile boolean unavailable;

    /** Takes every one-time password, for clients that make their own. */
    public volatile boolean anyOneTimePassword;

    public FakeAuthority(List<GroupPolicy> groups) {
        this.groups = groups;
    }

    @Override
    public LoginDecision decide(LoginRequest request) throws LoginUnavailable {
        requests.add(request);
        if (unavailable) {
            throw new LoginUnavailable("the fake is away", null);
        }
        if (instead.isPresent()) {
            return instead.get();
        }
        GroupPolicy group =
                groups.stream()
                        .filter(each -> each.name().equals(request.group()))
                        .findFirst()
                        .orElseThrow();
        boolean asksPassword = group.factors().contains(Factor.PASSWORD);
        if (request.continuation().isPresent()) {
            if (!request.continuation().get().equals(CONTINUATION)) {
                return new LoginDecision.Refused(
                        LoginDecision.Reason.CONTINUATION, "Please log in again.", 0);
            }
        } else if (asksPassword
                && !(request.password().equals(Optional.of(PASSWORD))
                        && request.username().orElse("bob").equals("bob"))) {
            return wrong();
        }
        if (group.factors().contains(Factor.TOTP)) {
            if (request.oneTimePassword().isEmpty()) {
                return new LoginDecision.Challenge(
                        Factor.TOTP, CONTINUATION, "Please enter your one-time password.");
            }
            if (!anyOneTimePassword && !request.oneTimePassword().get().equals(ONE_TIME_PASSWORD)) {
                return wrong();
            }
        }
        return accepted(group);
    }

    /** What it grants. */
    public static LoginDecision.Accepted accepted(GroupPolicy group) {
        return new LoginDecision.Accepted(
                new LoginGrant(
                        new SessionId("00112233445566778899aabbccddeeff"),
                        new UUID(0, 7),
                        "bob",
                        group,
                        Instant.parse("2026-11-23T00:00:00Z")));
    }

    private static LoginDecision wrong() {
        return new LoginDecision.Refused(
                LoginDecision.Reason.CREDENTIALS, "The user name or the password is wrong.", 0);
    }
}
