package io.sallyport.wire;

import java.time.Instant;
import java.util.Objects;

/**
 * A node says that it works with the keys of the client certificate that it shows with this.
 *
 * @param since by the node's clock: what was authenticated later was so with these keys
 */
public record KeysInForce(Instant since) {
    public KeysInForce {
        Objects.requireNonNull(since, "since");
    }
}
