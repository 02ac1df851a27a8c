package io.sallyport.concentrator.observe;

import io.sallyport.wire.IpAddress;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One {@code fping} that sends a probe a second to each target until it is closed. Its output is
 * read on two threads of its own: platform threads, because reading a pipe holds the carrier of a
 * virtual one, and two of them would stop a machine of two processors.
 */
final class FpingProcess implements Closeable {
    private static final Logger LOG = System.getLogger(FpingProcess.class.getName());
    private static final int PERIOD_MILLIS = 1000;
    private static final int PATIENCE_MILLIS = 900;
    private static final int LONGEST_SPACING_MILLIS = 10;

    private final Process process;
    private final CountDownLatch firstRound = new CountDownLatch(1);
    private volatile boolean outputEnded;
    private volatile String lastComplaint = "no reason given";

    /**
     * @param program fping, by name or path
     * @param replies is called for each reply, on this process's thread
     * @param silences is called for each probe that was not answered, on the same thread
     * @param ended is called once when it ends, also by {@link #close}
     * @throws IOException if there is no fping
     */
    FpingProcess(
            String program,
            IpAddress source,
            Collection<IpAddress> targets,
            BiConsumer<IpAddress, Duration> replies,
            Consumer<IpAddress> silences,
            Runnable ended)
            throws IOException {
        process =
                new ProcessBuilder(
                                program,
                                "--loop",
                                "--period=" + PERIOD_MILLIS,
                                "--timeout=" + PATIENCE_MILLIS,
                                "--interval=" + spacing(targets.size()),
                                "--src=" + source,
                                "--file=-")
                        .start();
        Thread.ofPlatform()
                .daemon()
                .name("fping-replies")
                .start(
                        () -> {
                            each(process.getInputStream(), line -> take(line, replies, silences));
                            firstRound.countDown();
                            outputEnded = true;
                            ended.run();
                        });
        Thread.ofPlatform()
                .daemon()
                .name("fping-complaints")
                .start(() -> each(process.getErrorStream(), line -> lastComplaint = line));
        try (OutputStream stdin = process.getOutputStream()) {
            for (IpAddress target : targets) {
                stdin.write((target + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Waits until the first probes have been answered or given up, or the time is over. */
    void awaitFirstRound(Duration atMost) throws InterruptedException {
        boolean _ = firstRound.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** False from the end of its output on, which comes before the system reports its end. */
    boolean isAlive() {
        return !outputEnded && process.isAlive();
    }

    /** Why it ended, in its own words. */
    String lastComplaint() {
        return lastComplaint;
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Milliseconds between two probes: all targets have to fit into one period. */
    private static String spacing(int targets) {
        double most = 0.9 * PERIOD_MILLIS / Math.max(1, targets);
        return String.format(Locale.ROOT, "%.3f", Math.min(LONGEST_SPACING_MILLIS, most));
    }

    private void take(
            String line, BiConsumer<IpAddress, Duration> replies, Consumer<IpAddress> silences) {
        try {
            switch (FpingLine.parse(line)) {
                case FpingLine.Reply(var from, var roundTrip) -> replies.accept(from, roundTrip);
                case FpingLine.Silence(var of) -> silences.accept(of);
            }
            firstRound.countDown();
        } catch (IOException _) {
            LOG.log(Level.DEBUG, "fping printed something else: {0}", line);
        }
    }

    private interface LineTaker {
        void take(String line);
    }

    private static void each(InputStream stream, LineTaker taker) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                taker.take(line);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "fping was ended", e);
        }
    }
}
