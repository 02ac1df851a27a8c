package io.sallyport.wire;

import java.util.Objects;
import java.util.UUID;

/**
 * Wants a node to have keys made for this order: it makes them beside those it has, and changes
 * over when they are proved. Orders are told apart by their id and never by time, so clocks do not
 * matter.
 *
 * @param id of the order; a node makes keys for it once
 * @param verdict what is to become of them
 */
public record KeyOrder(UUID id, Verdict verdict) {
    public KeyOrder {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(verdict, "verdict");
    }

    /** What is to become of the keys made for an order. */
    public enum Verdict {
        /** Make them and use them, and keep the former ones: it may come to a return. */
        TRY,
        /** They are good: the former ones can be destroyed. */
        KEEP,
        /** Use the former ones again, and destroy those made for the order. */
        RETURN
    }
}
