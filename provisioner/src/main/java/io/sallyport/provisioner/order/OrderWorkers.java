package io.sallyport.provisioner.order;

import io.micronaut.context.annotation.Context;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.order.OrderWork.OrderException;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Works on accepted orders: woken when one is placed, in whichever process; at the start, for what
 * a process that died left behind; and every few seconds, for what could not be done before. The
 * threads are virtual; each works on one order at a time.
 */
@Context
class OrderWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(OrderWorkers.class);
    // Signing is the work: more threads than processors would not do more of it.
    private static final int THREADS = 2;
    private static final int REMEMBERED_AT_MOST = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final OrderWork work;
    // Shared: an order that is placed wakes one worker, and one who is busy wakes nobody.
    private final Changes.Watch placed;
    private final Semaphore working = new Semaphore(THREADS);
    private final List<Thread> threads;
    // Orders whose failure was logged; touched by each worker.
    private final Set<UUID> logged = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    OrderWorkers(OrderWork work, Changes changes) {
        this.work = work;
        this.placed = changes.watch(Orders.NEW_ORDERS);
        this.threads =
                IntStream.rangeClosed(1, THREADS)
                        .mapToObj(
                                number ->
                                        Thread.ofVirtual()
                                                .name("order-worker-" + number)
                                                .start(this::run))
                        .toList();
    }

    /** Lets what is begun be finished, for a while. */
    @PreDestroy
    void close() throws InterruptedException {
        closed = true;
        if (!working.tryAcquire(THREADS, END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("an order is left for the next start");
        }
        threads.forEach(Thread::interrupt);
        placed.close();
    }

    private void run() {
        try {
            do {
                working.acquire();
                try {
                    advanceAll();
                } finally {
                    working.release();
                }
            } while (placed.await(System.nanoTime() + RETRY.toNanos()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void advanceAll() {
        Set<UUID> failed = new HashSet<>();
        try {
            boolean more = true;
            while (more && !closed) {
                more = advance(failed);
            }
        } catch (RuntimeException e) {
            // Mostly a database that is away: said each time, but in one line.
            LOG.warn("orders wait: {}", e.getMessage());
            LOG.debug("orders wait", e);
        }
    }

    private boolean advance(Set<UUID> failed) {
        try {
            Optional<UUID> advanced = work.advanceOldest(failed);
            advanced.ifPresent(logged::remove);
            return advanced.isPresent();
        } catch (OrderException e) {
            // One order that fails does not keep the others waiting.
            failed.add(e.order());
            if (e.isFinal()) {
                logged.remove(e.order());
                LOG.info("{} is given up: {}", e.getMessage(), e.getCause().getMessage());
                work.giveUp(e.order(), e.tunnel(), e.getCause().getMessage());
            } else {
                logOnce(e);
                work.explainWaiting(e.order());
            }
            return true;
        }
    }

    // It may fail every few seconds for hours.
    private void logOnce(OrderException e) {
        if (logged.size() >= REMEMBERED_AT_MOST) {
            logged.clear();
        }
        if (logged.add(e.order())) {
            LOG.warn("{} waits and is tried again", e.getMessage(), e);
        } else {
            LOG.debug("{} still waits", e.getMessage(), e);
        }
    }
}
