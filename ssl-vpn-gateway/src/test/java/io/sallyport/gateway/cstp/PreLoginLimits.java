package io.sallyport.gateway.cstp;

import java.util.List;

/** The limits of a connection, in words. */
public final class PreLoginLimits {
    private PreLoginLimits() {}

    /** A line each. */
    public static List<String> described() {
        ConnectionLimits limits = ConnectionLimits.DEFAULT;
        return List.of(
                "  requests %d".formatted(limits.requests()),
                "  until the first request, seconds %d"
                        .formatted(limits.firstRequest().toSeconds()),
                "  until another request, seconds %d".formatted(limits.nextRequest().toSeconds()),
                "  for a request, seconds %d".formatted(limits.request().toSeconds()),
                "  for a reply, seconds %d".formatted(limits.response().toSeconds()),
                "  until the tunnel, seconds %d".formatted(limits.total().toSeconds()),
                "  cookie, characters %d".formatted(SessionCookie.MAX_LENGTH));
    }
}
