package io.sallyport.lab.product;

import io.sallyport.lab.LabException;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks again and again, for answers that no event announces: what a customer would do with the API.
 */
public final class Polling {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Polling() {}

    /**
     * Returns the first answer that is wanted; throws, with the last one, when {@code deadline}
     * passes first.
     */
    public static <T> T until(
            Duration deadline, String what, Supplier<T> question, Predicate<T> wanted) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            T answer = question.get();
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - end > 0) {
                throw new LabException(
                        "%s: not within %s, last seen: %s".formatted(what, deadline, answer));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
            if (Thread.interrupted()) {
                throw LabException.interrupted(what, new InterruptedException());
            }
        }
    }
}
