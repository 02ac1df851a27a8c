package io.sallyport.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The process's threads. Each job runs until it is interrupted; one that ends by itself, or fails,
 * ends the process: half a process would look alive and not be.
 */
public final class Jobs {
    private static final Logger LOG = System.getLogger(Jobs.class.getName());

    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    /** A job that only ends by being interrupted. */
    public interface Job {
        void run() throws InterruptedException;
    }

    /** Starts a job on a virtual thread of this name. */
    public void start(String name, Job job) {
        threads.add(Thread.ofVirtual().name(name).start(() -> run(name, job)));
    }

    /** Starts a job on a platform thread of this name: for what blocks in the kernel. */
    public void startPlatform(String name, Job job) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> run(name, job)));
    }

    private void run(String name, Job job) {
        try {
            job.run();
        } catch (InterruptedException _) {
            return;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the job " + name + " failed", e);
        }
        failed.countDown();
    }

    /** Waits until a job has failed. */
    public void awaitFailure() throws InterruptedException {
        failed.await();
    }

    /** Interrupts all jobs and waits for their end. */
    public void stop(Duration atMost) {
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + atMost.toNanos();
        try {
            for (Thread thread : threads) {
                Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                if (!thread.join(left)) {
                    LOG.log(Level.WARNING, "the job {0} does not end", thread.getName());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
