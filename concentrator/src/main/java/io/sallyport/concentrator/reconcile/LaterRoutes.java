package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.IpNetwork;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Routes that are added on a thread of their own while charon is told what needs none of them. */
final class LaterRoutes {
    private final Set<IpNetwork> networks;
    private final FutureTask<Void> work;

    private LaterRoutes(Set<IpNetwork> networks, FutureTask<Void> work) {
        this.networks = networks;
        this.work = work;
    }

    static LaterRoutes begin(BlackholeRoutes routes, Set<IpNetwork> networks) {
        FutureTask<Void> work =
                new FutureTask<>(
                        () -> {
                            routes.change(networks, Set.of());
                            return null;
                        });
        Thread.ofPlatform().daemon().name("routes").start(work);
        return new LaterRoutes(networks, work);
    }

    /**
     * Waits until they are there; {@link BlackholeRoutes#change} has a deadline.
     *
     * @return the networks
     * @throws IOException if one of them could not be added
     */
    Set<IpNetwork> await() throws IOException {
        try {
            work.get();
            return networks;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException problem) {
                throw problem;
            }
            throw new IllegalStateException("adding routes failed", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while routes were added");
        }
    }
}
