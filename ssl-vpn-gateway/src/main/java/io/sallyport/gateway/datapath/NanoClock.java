package io.sallyport.gateway.datapath;

/** Time that only goes forward, to measure intervals; not the time of day. */
@FunctionalInterface
public interface NanoClock {

    /** Nanoseconds since some moment; two readings are compared by their difference alone. */
    long nanos();

    /** The machine's own. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
