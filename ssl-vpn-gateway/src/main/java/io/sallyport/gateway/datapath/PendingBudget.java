package io.sallyport.gateway.datapath;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all slow clients together have waiting to be written. Thread-safe. */
final class PendingBudget {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    PendingBudget(long limit) {
        this.limit = limit;
    }

    boolean take(int octets) {
        if (taken.addAndGet(octets) <= limit) {
            return true;
        }
        taken.addAndGet(-octets);
        return false;
    }

    void giveBack(int octets) {
        taken.addAndGet(-octets);
    }

    long taken() {
        return taken.get();
    }
}
