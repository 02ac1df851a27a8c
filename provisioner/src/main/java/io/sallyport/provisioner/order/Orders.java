package io.sallyport.provisioner.order;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.access.Customer;
import io.sallyport.provisioner.access.CustomerRepository;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.order.OrderView.StepView;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.tunnel.TunnelAllocation;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Places orders and tells how far they are. */
@Singleton
class Orders {
    /** Changes of this "row" tell workers that an order waits for them. */
    static final UUID NEW_ORDERS = UUID.fromString("5a11a9f0-0000-4000-8000-6f7264657273");

    private final OrderStore store;
    private final TunnelAllocation allocation;
    private final CustomerRepository customers;
    private final Changes changes;
    private final Clock clock;

    Orders(
            OrderStore store,
            TunnelAllocation allocation,
            CustomerRepository customers,
            Changes changes,
            Clock clock) {
        this.store = store;
        this.allocation = allocation;
        this.customers = customers;
        this.changes = changes;
        this.clock = clock;
    }

    /** The customer with this id. Blocks. */
    @Connectable(readOnly = true)
    Customer customer(UUID id) {
        return customers.findById(id).orElseThrow();
    }

    /**
     * Places an order, all of it or nothing. The same order under the same Idempotency-Key gives
     * the order that is there. Blocks.
     *
     * @param received when the request came
     * @throws ProblemException if the key was used for another order, if something collides with
     *     what is there, or if there is no room
     */
    @Transactional
    OrderView place(Customer customer, OrderRequest request, Instant received) {
        allocation.lock();
        Optional<OrderStore.Placed> placed = store.placed(customer.id(), request.key());
        if (placed.isPresent()) {
            if (!placed.get().requestHash().equals(ByteBuffer.wrap(request.hash()))) {
                throw ProblemException.of(
                        Kind.INVALID_REQUEST,
                        "Idempotency-Key",
                        "the key was used for another order");
            }
            return present(customer.id(), placed.get().id());
        }
        Instant validated = clock.instant();
        UUID tunnel =
                allocation.allocate(
                        customer,
                        request.branch(),
                        request.identity(),
                        request.networks().networks(),
                        validated);
        UUID order = UUID.randomUUID();
        Instant allocated = clock.instant();
        store.insert(order, customer.id(), tunnel, request, validated);
        store.note(
                order,
                customer.id(),
                StepView.done(Step.VALIDATE, received, validated, null),
                StepView.done(Step.ALLOCATE, validated, allocated, null),
                StepView.running(Step.CREDENTIAL, allocated));
        changes.announce(NEW_ORDERS);
        return present(customer.id(), order);
    }

    /**
     * An order of this customer. Blocks.
     *
     * @throws ProblemException if the customer has no such order
     */
    @Connectable(readOnly = true)
    OrderView find(UUID customer, UUID id) {
        return present(customer, id);
    }

    /**
     * A page of this customer's orders, the newest first. Blocks.
     *
     * @param after the last one seen
     */
    @Transactional(readOnly = true)
    List<OrderView> page(UUID customer, Optional<UUID> after, int limit) {
        return store.page(customer, after, limit);
    }

    private OrderView present(UUID customer, UUID id) {
        return store.find(customer, id)
                .orElseThrow(() -> ProblemException.of(Kind.NOT_FOUND, "there is no order " + id));
    }

    /**
     * The same, as soon as it is settled or this time is over. Blocks; holds no transaction while
     * it waits.
     */
    OrderView await(UUID customer, UUID id, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (Changes.Watch watch = changes.watch(id)) {
            OrderView order = find(customer, id);
            while (!order.state().settled() && watch.await(deadline)) {
                order = find(customer, id);
            }
            return order;
        }
    }
}
