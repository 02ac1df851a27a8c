package io.sallyport.cli.order;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.terminal.Sheet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An order, as the API tells it.
 *
 * @param state a word of the API's; a newer server may have others
 * @param steps those that were begun
 * @param document all of it
 */
record Order(
        String id,
        String tunnel,
        String branch,
        String state,
        Instant createdAt,
        List<OrderStep> steps,
        Document document) {
    Order {
        steps = List.copyOf(steps);
    }

    /** A step of an order. */
    record OrderStep(
            String name,
            String outcome,
            Instant startedAt,
            Optional<Instant> finishedAt,
            Optional<String> detail) {
        static OrderStep of(Document document) {
            return new OrderStep(
                    document.text("name"),
                    document.text("outcome"),
                    document.instant("startedAt"),
                    document.optionalInstant("finishedAt"),
                    document.optionalText("detail"));
        }

        String took() {
            return finishedAt
                    .map(end -> "%d ms".formatted(Duration.between(startedAt, end).toMillis()))
                    .orElse("-");
        }
    }

    static Order of(Document document) {
        return new Order(
                document.text("id"),
                document.text("tunnel"),
                document.text("branch"),
                document.text("state"),
                document.instant("createdAt"),
                document.list("steps").stream().map(OrderStep::of).toList(),
                document);
    }

    boolean failed() {
        return state.equals("FAILED");
    }

    boolean live() {
        return state.equals("LIVE");
    }

    /** Whether the device configuration can be fetched, or never will be. */
    boolean settled() {
        return live() || failed() || state.equals("READY");
    }

    void fill(Sheet sheet) {
        sheet.field("Order", id)
                .field("Tunnel", tunnel)
                .field("Branch", branch)
                .field("State", state)
                .field("Placed", Sheet.time(createdAt))
                .gap()
                .table(
                        List.of("STEP", "OUTCOME", "TOOK", "DETAIL"),
                        steps.stream()
                                .map(
                                        step ->
                                                List.of(
                                                        step.name(),
                                                        step.outcome(),
                                                        step.took(),
                                                        step.detail().orElse("")))
                                .toList());
    }
}
