package io.sallyport.provisioner.order;

import io.micronaut.core.annotation.Order;
import io.sallyport.provisioner.concentrator.ObservationListener;
import io.sallyport.provisioner.concentrator.PlainText;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.order.OrderStore.Waiting;
import io.sallyport.provisioner.order.OrderView.Outcome;
import io.sallyport.provisioner.order.OrderView.StepView;
import io.sallyport.provisioner.tunnel.TunnelEnding;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What happens to an order from outside: its concentrator reports, or its tunnel is ended. Looks at
 * what is, not at what changed, so that a report that was missed does no harm.
 */
@Singleton
@Order(30)
class OrderProgress implements ObservationListener, TunnelEnding {
    private final OrderStore store;
    private final Changes changes;
    private final Clock clock;

    OrderProgress(OrderStore store, Changes changes, Clock clock) {
        this.store = store;
        this.changes = changes;
        this.clock = clock;
    }

    @Override
    public void observed(UUID concentrator, ObservationReport report, boolean gap) {
        Instant now = clock.instant();
        for (Waiting order :
                waiting(concentrator, OrderState.CONFIGURED, report, TunnelObservation::loaded)) {
            finish(order, Step.LOAD, now);
            store.note(
                    order.id(),
                    order.customer(),
                    StepView.done(Step.HAND_OVER, now, now, null),
                    StepView.running(Step.GO_LIVE, now));
            store.setState(order.id(), OrderState.READY);
            changes.announce(order.id());
            changes.announce(order.tunnel());
        }
        for (Waiting order :
                waiting(concentrator, OrderState.READY, report, OrderProgress::isLive)) {
            finish(order, Step.GO_LIVE, now);
            store.setState(order.id(), OrderState.LIVE);
            changes.announce(order.id());
        }
        explainWhatIsNotLoaded(concentrator, report);
    }

    @Override
    public void ending(UUID tunnel) {
        store.lockOfTunnel(tunnel)
                .filter(order -> order.state() != OrderState.LIVE)
                .filter(order -> order.state() != OrderState.FAILED)
                .ifPresent(
                        order -> {
                            store.failRunning(
                                    order.id(),
                                    clock.instant(),
                                    "the tunnel was cancelled before this was done");
                            store.setState(order.id(), OrderState.FAILED);
                            changes.announce(order.id());
                        });
    }

    // The concentrator tries again by itself: a refusal is a reason to wait, not an end.
    private void explainWhatIsNotLoaded(UUID concentrator, ObservationReport report) {
        for (Waiting order :
                waiting(
                        concentrator,
                        OrderState.CONFIGURED,
                        report,
                        tunnel -> !tunnel.loaded() && tunnel.problem().isPresent())) {
            report.tunnels().stream()
                    .filter(tunnel -> tunnel.tunnel().equals(order.tunnel()))
                    .flatMap(tunnel -> tunnel.problem().stream())
                    .findFirst()
                    .ifPresent(
                            problem ->
                                    store.explain(
                                            order.id(),
                                            Step.LOAD,
                                            "charon: " + PlainText.of(problem)));
        }
    }

    private List<Waiting> waiting(
            UUID concentrator,
            OrderState state,
            ObservationReport report,
            Predicate<TunnelObservation> which) {
        List<UUID> tunnels =
                report.tunnels().stream().filter(which).map(TunnelObservation::tunnel).toList();
        return tunnels.isEmpty()
                ? List.of()
                : store.lockWaiting(concentrator, state, tunnels, report.appliedVersion());
    }

    private static boolean isLive(TunnelObservation tunnel) {
        return tunnel.established().isPresent() && tunnel.carrying();
    }

    private void finish(Waiting order, Step step, Instant at) {
        store.finish(order.id(), step, Outcome.DONE, at, null);
    }
}
