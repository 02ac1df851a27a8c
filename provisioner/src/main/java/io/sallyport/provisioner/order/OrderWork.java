package io.sallyport.provisioner.order;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.lint.LintViolationException;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.order.OrderStore.Waiting;
import io.sallyport.provisioner.order.OrderStore.Work;
import io.sallyport.provisioner.order.OrderView.Outcome;
import io.sallyport.provisioner.order.OrderView.StepView;
import io.sallyport.provisioner.tunnel.Tunnels;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/** What is done for an accepted order, each in one transaction: all of it, or nothing. */
@Singleton
class OrderWork {
    // What it waits for is in the log: the customer cannot do anything about it.
    private static final String WAITS =
            "waits: the certificate cannot be issued just now; this is tried again by itself";

    private final OrderStore store;
    private final Tunnels tunnels;
    private final Changes changes;
    private final EndEntityProfile branch;
    private final Clock clock;

    OrderWork(
            OrderStore store,
            Tunnels tunnels,
            Changes changes,
            Configuration configuration,
            Clock clock) {
        this.store = store;
        this.tunnels = tunnels;
        this.changes = changes;
        this.branch = configuration.branchProfile();
        this.clock = clock;
    }

    /** An order that could not be worked on; what was done for it was undone. */
    static final class OrderException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final UUID order;
        private final UUID tunnel;

        OrderException(Work work, RuntimeException cause) {
            super("order " + work.id(), cause);
            this.order = work.id();
            this.tunnel = work.tunnel();
        }

        UUID order() {
            return order;
        }

        UUID tunnel() {
            return tunnel;
        }

        /** Whether doing the same again would fail again. */
        boolean isFinal() {
            return getCause() instanceof RequestRefusedException
                    || getCause() instanceof LintViolationException;
        }
    }

    /**
     * Certifies the branch of the oldest accepted order and puts the tunnel into the desired state,
     * in one transaction: a certificate without a connection never exists. Blocks.
     *
     * @param passedOver orders to leave alone
     * @return the order; empty if there was none
     * @throws OrderException if it could not be done
     */
    @Transactional
    Optional<UUID> advanceOldest(Collection<UUID> passedOver) {
        Optional<Work> claimed = store.claim(passedOver);
        claimed.ifPresent(
                work -> {
                    try {
                        advance(work);
                    } catch (RuntimeException e) {
                        throw new OrderException(work, e);
                    }
                });
        return claimed.map(Work::id);
    }

    private void advance(Work work) {
        UUID certificate =
                tunnels.certify(
                        work.tunnel(),
                        work.customer(),
                        work.identity(),
                        work.request().map(csr -> csr.verified(branch)).orElse(null));
        Instant certified = clock.instant();
        store.finish(work.id(), Step.CREDENTIAL, Outcome.DONE, certified, null);
        long version = tunnels.configure(work.tunnel(), work.concentrator(), certificate);
        Instant configured = clock.instant();
        store.note(
                work.id(),
                work.customer(),
                StepView.done(
                        Step.CONFIGURE,
                        certified,
                        configured,
                        "version %d of the desired state".formatted(version)),
                StepView.running(Step.LOAD, configured));
        store.setState(work.id(), OrderState.CONFIGURED);
        // Who waits for the order waits until it is settled; the device can be prepared now.
        changes.announce(work.tunnel());
    }

    /** Says that an order waits for something that should not last. Blocks. */
    @Transactional
    void explainWaiting(UUID order) {
        store.explain(order, Step.CREDENTIAL, WAITS);
    }

    /** Gives an order up and undoes what it allocated. Blocks. */
    @Transactional
    void giveUp(UUID order, UUID tunnel, String why) {
        Optional<Waiting> locked = store.lockOfTunnel(tunnel);
        if (locked.isPresent() && locked.get().state() == OrderState.ACCEPTED) {
            store.failRunning(order, clock.instant(), why);
            store.setState(order, OrderState.FAILED);
            tunnels.undo(tunnel);
            changes.announce(order);
        }
    }
}
