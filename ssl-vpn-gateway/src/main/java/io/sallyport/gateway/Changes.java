package io.sallyport.gateway;

import io.sallyport.node.desired.DesiredStore;

import java.util.concurrent.CountDownLatch;

/**
 * What happens when the desired state changes. Before the gateway serves, the first one is only
 * waited for.
 */
final class Changes implements Runnable {
    private final CountDownLatch first = new CountDownLatch(1);
    private Runnable follower = () -> {};

    /** The store took a new state. */
    @Override
    public void run() {
        first.countDown();
        synchronized (this) {
            follower.run();
        }
    }

    /** Waits until there is a state: the stored one, or the first that is fetched. */
    void awaitFirst(DesiredStore<?> desired) throws InterruptedException {
        if (desired.current().isEmpty()) {
            first.await();
        }
    }

    /** Runs this now, and at each change. */
    synchronized void follow(Runnable action) {
        follower = action;
        action.run();
    }
}
