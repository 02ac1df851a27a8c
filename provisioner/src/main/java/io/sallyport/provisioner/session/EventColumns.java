package io.sallyport.provisioner.session;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.SessionEvent.Carried;
import io.sallyport.wire.SessionEvent.Change;
import io.sallyport.wire.SessionEvent.Ended;
import io.sallyport.wire.SessionEvent.Lost;
import io.sallyport.wire.SessionEvent.Roamed;
import io.sallyport.wire.SessionEvent.Started;

/** What a change says to the columns of a session; null leaves one as it is. */
record EventColumns(
        String name,
        @Nullable String source,
        @Nullable String innerV4,
        @Nullable String innerV6,
        @Nullable String endReason) {
    static EventColumns of(Change change) {
        return switch (change) {
            case Started(var source, var innerV4, var innerV6) ->
                    new EventColumns(
                            "STARTED",
                            source.toString(),
                            innerV4.map(IpAddress::toString).orElse(null),
                            innerV6.map(IpAddress::toString).orElse(null),
                            null);
            case Roamed(var source) ->
                    new EventColumns("ROAMED", source.toString(), null, null, null);
            case Carried _ -> new EventColumns("CARRIED", null, null, null, null);
            case Lost _ -> new EventColumns("LOST", null, null, null, null);
            case Ended(var reason) -> new EventColumns("ENDED", null, null, null, reason.name());
        };
    }
}
