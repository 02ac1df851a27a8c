package io.sallyport.gateway;

import java.util.function.LongSupplier;

/**
 * Has the heap's garbage collected whole when all clients have left. What a session leaves has
 * lived long enough to be in the old generation, which the serial collector looks at late (20 MB
 * more in 3,000 logins were seen); and it stops all threads for it, which nobody notices while
 * nobody is there (docs/adr/0088). For one thread.
 */
final class IdleHeap {
    /** Looks without any client before it does it: they come back at once when they only moved. */
    static final int LOOKS = 20;

    /** It is worth it when the heap has grown by as much, in octets. */
    static final long GROWN = 1 << 20;

    private final LongSupplier committed;
    private final Runnable collection;
    private long before;
    private int looks;

    /**
     * @param committed octets that the heap takes from the system
     * @param collection collects all of it
     */
    IdleHeap(LongSupplier committed, Runnable collection) {
        this.committed = committed;
        this.collection = collection;
        this.before = committed.getAsLong();
    }

    /** The heap of this JVM, which was just collected. */
    static IdleHeap ofThisJvm() {
        return new IdleHeap(Runtime.getRuntime()::totalMemory, System::gc);
    }

    /** Called at regular times with the number of clients that are connected. */
    void look(int clients) {
        looks = clients == 0 ? looks + 1 : 0;
        if (looks == LOOKS && committed.getAsLong() >= before + GROWN) {
            collection.run();
            before = committed.getAsLong();
        }
    }
}
