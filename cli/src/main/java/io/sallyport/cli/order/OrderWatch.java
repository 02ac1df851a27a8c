package io.sallyport.cli.order;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Progress;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Follows an order and tells each step as it begins and ends. */
final class OrderWatch {
    private static final Duration AT_MOST = Duration.ofHours(24);

    private final Invocation invocation;
    private final Api api;
    private final Progress progress;
    private final Map<String, String> told = new HashMap<>();

    OrderWatch(Invocation invocation, Api api) {
        this.invocation = invocation;
        this.api = api;
        this.progress = invocation.progress();
    }

    /** What an order is waited for. */
    enum Until {
        READY,
        LIVE;

        boolean reached(Order order) {
            return order.failed() || (this == READY ? order.settled() : order.live());
        }

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Waits until the order is so far.
     *
     * @throws CommandException if it fails, or the time is over
     */
    Order await(Order order, Until until, int seconds) {
        Duration atMost = Duration.ofSeconds(seconds);
        if (atMost.isNegative() || atMost.compareTo(AT_MOST) > 0) {
            throw CommandException.of(
                    ExitCode.USAGE,
                    "--wait-seconds: expected 0 to %d".formatted(AT_MOST.toSeconds()));
        }
        Order reached =
                invocation
                        .waiting()
                        .until(
                                order,
                                atMost,
                                "order %s is %s".formatted(order.id(), until),
                                () -> Order.of(api.get(ApiPath.of("v1", "orders", order.id()))),
                                until::reached,
                                this::tell);
        if (reached.failed()) {
            throw failed(reached);
        }
        return reached;
    }

    static CommandException failed(Order order) {
        String step =
                order.steps().stream()
                        .filter(one -> one.outcome().equals("FAILED"))
                        .map(
                                one ->
                                        " at the step '%s'%s"
                                                .formatted(
                                                        one.name(),
                                                        one.detail().map(": "::concat).orElse("")))
                        .findFirst()
                        .orElse("");
        return CommandException.of(
                ExitCode.FAILED, "order %s failed%s".formatted(order.id(), step));
    }

    private void tell(Order order) {
        for (Order.OrderStep step : order.steps()) {
            if (!step.outcome().equals(told.put(step.name(), step.outcome()))) {
                boolean running = step.outcome().equals("RUNNING");
                progress.say(
                        "%-12s %-8s %s"
                                .formatted(
                                        step.name(),
                                        step.outcome().toLowerCase(Locale.ROOT),
                                        running ? "..." : step.took())
                                .stripTrailing());
            }
        }
    }
}
