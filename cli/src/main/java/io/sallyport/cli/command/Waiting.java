package io.sallyport.cli.command;

import io.sallyport.cli.api.ApiException;
import io.sallyport.cli.terminal.Progress;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waits for what the server does, by asking again and again. A server that is away meanwhile is
 * asked again too: what it was told to do it finishes after its restart.
 */
public final class Waiting {
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    // Of the time waited so far: who has waited for long does not notice a little more.
    private static final int SHARE = 10;

    private final Clock clock;
    private final Surroundings.Pause pause;
    private final Progress progress;
    private final String remedy;

    Waiting(Clock clock, Surroundings.Pause pause, Progress progress) {
        this(clock, pause, progress, "wait longer, or look again later.");
    }

    private Waiting(Clock clock, Surroundings.Pause pause, Progress progress, String remedy) {
        this.clock = clock;
        this.pause = pause;
        this.progress = progress;
        this.remedy = remedy;
    }

    /**
     * The same, which knows by what command the waiting goes on when the time is over.
     *
     * @param command as it is to be typed
     */
    public Waiting continuedBy(String command) {
        return new Waiting(clock, pause, progress, "follow it again: " + command);
    }

    /**
     * Asks until an answer is wanted.
     *
     * @param first what is known already
     * @param what is waited for, as in "order ... is ready"
     * @param question asks once
     * @param seen is told each answer, the first too
     * @throws CommandException if the time is over before
     */
    public <T> T until(
            T first,
            Duration atMost,
            String what,
            Supplier<T> question,
            Predicate<T> wanted,
            Consumer<T> seen) {
        Instant begin = clock.instant();
        Instant end = begin.plus(atMost);
        T last = first;
        seen.accept(last);
        boolean away = false;
        while (!wanted.test(last)) {
            if (!clock.instant().isBefore(end)) {
                throw CommandException.of(
                        ExitCode.NOT_IN_TIME,
                        "not within %d s: %s".formatted(atMost.toSeconds(), what),
                        "It goes on without this command; " + remedy);
            }
            rest(Duration.between(begin, clock.instant()).dividedBy(SHARE));
            try {
                last = question.get();
                seen.accept(last);
                away = false;
            } catch (ApiException e) {
                if (!e.isPassing()) {
                    throw e;
                }
                if (!away) {
                    progress.say(e.getMessage() + "; trying again");
                }
                away = true;
            }
        }
        return last;
    }

    private void rest(Duration share) {
        Duration atLeast = share.compareTo(SHORTEST) < 0 ? SHORTEST : share;
        try {
            pause.take(atLeast.compareTo(LONGEST) > 0 ? LONGEST : atLeast);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(ExitCode.NOT_IN_TIME, "interrupted");
        }
    }
}
