package io.sallyport.cli.order;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Whether and how long a command waits for an order. */
final class WaitOptions {
    @Option(names = "--wait", description = "Waits, and tells each step meanwhile.")
    private boolean wait;

    @Option(
            names = "--until",
            paramLabel = "STATE",
            description =
                    "What to wait for: ready, the device configuration can be fetched; live,"
                            + " traffic has passed (${DEFAULT-VALUE}).")
    private OrderWatch.Until until = OrderWatch.Until.READY;

    @Option(
            names = "--wait-seconds",
            paramLabel = "SECONDS",
            description = "How long to wait (${DEFAULT-VALUE}); exit code 4 if that is too short.")
    private int seconds = 120;

    Optional<OrderWatch.Until> until() {
        return wait ? Optional.of(until) : Optional.empty();
    }

    int seconds() {
        return seconds;
    }
}
