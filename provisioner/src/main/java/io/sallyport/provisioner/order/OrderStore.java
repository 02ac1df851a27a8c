package io.sallyport.provisioner.order;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.order.OrderView.Outcome;
import io.sallyport.provisioner.order.OrderView.StepView;
import io.sallyport.wire.DnsName;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows of orders and their steps. Every method blocks and runs in the caller's transaction. */
@Singleton
class OrderStore {
    private final Sql sql;

    OrderStore(Sql sql) {
        this.sql = sql;
    }

    /** An order that was placed under an Idempotency-Key. */
    record Placed(UUID id, ByteBuffer requestHash) {}

    /** An order to work on; its row is locked. */
    record Work(
            UUID id,
            UUID customer,
            UUID tunnel,
            UUID concentrator,
            DnsName identity,
            Optional<OrderRequest.Csr> request) {}

    /** An order that waits for its concentrator; its row is locked. */
    record Waiting(UUID id, UUID customer, UUID tunnel, OrderState state) {}

    Optional<Placed> placed(UUID customer, String key) {
        return sql.first(
                "SELECT id, request_hash FROM branch_order WHERE customer = ? AND idempotency_key ="
                        + " ?",
                row ->
                        new Placed(
                                row.getObject("id", UUID.class),
                                ByteBuffer.wrap(row.getBytes("request_hash"))),
                customer,
                key);
    }

    void insert(UUID id, UUID customer, UUID tunnel, OrderRequest request, Instant at) {
        sql.update(
                """
                INSERT INTO branch_order (id, customer, idempotency_key, request_hash, tunnel, device_family,
                    certificate_request, state, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'ACCEPTED', ?)
                """,
                id,
                customer,
                request.key(),
                request.hash(),
                tunnel,
                request.family().label(),
                request.request().map(csr -> csr.sent().getBytes(US_ASCII)).orElse(null),
                at);
    }

    /** An order with its steps. One statement, so both are of one moment. */
    Optional<OrderView> find(UUID customer, UUID id) {
        return withSteps(
                        """
                        SELECT o.id, o.tunnel, t.branch, o.state, o.created_at,
                            s.name, s.outcome, s.started_at, s.finished_at, s.detail
                        FROM branch_order o JOIN tunnel t ON t.id = o.tunnel
                            JOIN order_step s ON s.branch_order = o.id
                        WHERE o.customer = ? AND o.id = ?
                        """,
                        customer,
                        id)
                .stream()
                .findFirst();
    }

    /**
     * A page of a customer's orders with their steps, the newest first.
     *
     * @param after the last one seen
     */
    List<OrderView> page(UUID customer, Optional<UUID> after, int limit) {
        return withSteps(
                """
                SELECT o.id, o.tunnel, t.branch, o.state, o.created_at,
                    s.name, s.outcome, s.started_at, s.finished_at, s.detail
                FROM (SELECT p.* FROM branch_order p
                        WHERE p.customer = ? AND (?::uuid IS NULL OR (p.created_at, p.id) <
                            (SELECT a.created_at, a.id FROM branch_order a WHERE a.id = ? AND a.customer = p.customer))
                        ORDER BY p.created_at DESC, p.id DESC LIMIT ?) o
                    JOIN tunnel t ON t.id = o.tunnel
                    JOIN order_step s ON s.branch_order = o.id
                ORDER BY o.created_at DESC, o.id DESC
                """,
                customer,
                after.orElse(null),
                after.orElse(null),
                limit);
    }

    /** Orders in the order of their rows, of which there is one for each step. */
    private List<OrderView> withSteps(String select, Object... parameters) {
        Map<UUID, OrderView> orders = new LinkedHashMap<>();
        Map<UUID, List<StepView>> steps = new HashMap<>();
        sql.list(
                select,
                row -> {
                    UUID id = row.getObject("id", UUID.class);
                    steps.computeIfAbsent(id, _ -> new ArrayList<>()).add(step(row));
                    return orders.putIfAbsent(id, order(row));
                },
                parameters);
        return orders.values().stream()
                .map(
                        order -> {
                            List<StepView> own = steps.get(order.id());
                            own.sort(Comparator.comparing(StepView::name));
                            return order.with(own);
                        })
                .toList();
    }

    private static OrderView order(ResultSet row) throws SQLException {
        return new OrderView(
                row.getObject("id", UUID.class),
                row.getObject("tunnel", UUID.class),
                row.getString("branch"),
                OrderState.valueOf(row.getString("state")),
                Sql.instant(row, "created_at"),
                List.of());
    }

    /**
     * Locks the oldest order that has no certificate yet, of those that nobody else works on and
     * that are not to be passed over.
     */
    Optional<Work> claim(Collection<UUID> passedOver) {
        return sql.first(
                """
                SELECT o.id, o.customer, o.tunnel, t.concentrator, t.identity, o.certificate_request
                FROM branch_order o JOIN tunnel t ON t.id = o.tunnel
                WHERE o.state = 'ACCEPTED' AND o.id::text <> ALL (?)
                ORDER BY o.created_at LIMIT 1 FOR UPDATE OF o SKIP LOCKED
                """,
                OrderStore::work,
                passedOver.stream().map(UUID::toString).toList());
    }

    /** Locks the order of a tunnel, waiting for whoever holds it. */
    Optional<Waiting> lockOfTunnel(UUID tunnel) {
        return sql.first(
                "SELECT id, customer, tunnel, state FROM branch_order WHERE tunnel = ? FOR UPDATE",
                OrderStore::waiting,
                tunnel);
    }

    /**
     * Locks the orders in one state whose tunnels are among these and end at this concentrator,
     * configured in this version or before. Who holds one of them is about to end it: it is passed
     * over, not waited for.
     */
    List<Waiting> lockWaiting(
            UUID concentrator, OrderState state, Collection<UUID> tunnels, long appliedVersion) {
        return sql.list(
                """
                SELECT o.id, o.customer, o.tunnel, o.state
                FROM branch_order o JOIN tunnel t ON t.id = o.tunnel
                WHERE t.concentrator = ? AND o.state = ? AND o.tunnel::text = ANY (?)
                    AND t.configured_version <= ?
                ORDER BY o.id FOR UPDATE OF o SKIP LOCKED
                """,
                OrderStore::waiting,
                concentrator,
                state.name(),
                tunnels.stream().map(UUID::toString).toList(),
                appliedVersion);
    }

    void setState(UUID id, OrderState state) {
        sql.update("UPDATE branch_order SET state = ? WHERE id = ?", state.name(), id);
    }

    /**
     * Notes steps that began, and how those went that are over. Noting one again changes nothing.
     */
    void note(UUID order, UUID customer, StepView... steps) {
        sql.updateEach(
                """
                INSERT INTO order_step (branch_order, customer, name, outcome, started_at, finished_at, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT order_step_pkey DO NOTHING
                """,
                Arrays.stream(steps)
                        .map(
                                step ->
                                        new Object[] {
                                            order,
                                            customer,
                                            step.name().label(),
                                            step.outcome().name(),
                                            step.startedAt(),
                                            step.finishedAt(),
                                            step.detail()
                                        })
                        .toList());
    }

    /** Notes how a running step ended. */
    void finish(UUID order, Step step, Outcome outcome, Instant at, @Nullable String detail) {
        sql.update(
                """
                UPDATE order_step SET outcome = ?, finished_at = ?, detail = ?
                WHERE branch_order = ? AND name = ? AND outcome = 'RUNNING'
                """,
                outcome.name(),
                at,
                detail,
                order,
                step.label());
    }

    /** Notes that every running step of an order failed. */
    void failRunning(UUID order, Instant at, String detail) {
        sql.update(
                """
                UPDATE order_step SET outcome = 'FAILED', finished_at = ?, detail = ?
                WHERE branch_order = ? AND outcome = 'RUNNING'
                """,
                at,
                detail,
                order);
    }

    /** Says what a running step waits for. */
    void explain(UUID order, Step step, String detail) {
        sql.update(
                """
                UPDATE order_step SET detail = ?
                WHERE branch_order = ? AND name = ? AND outcome = 'RUNNING' AND detail IS DISTINCT FROM ?
                """,
                detail,
                order,
                step.label(),
                detail);
    }

    private static StepView step(ResultSet row) throws SQLException {
        return new StepView(
                Step.labelled(row.getString("name")),
                Outcome.valueOf(row.getString("outcome")),
                Sql.instant(row, "started_at"),
                Sql.instantIfAny(row, "finished_at").orElse(null),
                row.getString("detail"));
    }

    private static Work work(ResultSet row) throws SQLException {
        return new Work(
                row.getObject("id", UUID.class),
                row.getObject("customer", UUID.class),
                row.getObject("tunnel", UUID.class),
                row.getObject("concentrator", UUID.class),
                new DnsName(row.getString("identity")),
                Optional.ofNullable(row.getBytes("certificate_request"))
                        .map(octets -> new OrderRequest.Csr(new String(octets, US_ASCII))));
    }

    private static Waiting waiting(ResultSet row) throws SQLException {
        return new Waiting(
                row.getObject("id", UUID.class),
                row.getObject("customer", UUID.class),
                row.getObject("tunnel", UUID.class),
                OrderState.valueOf(row.getString("state")));
    }
}
