package io.sallyport.cli.node;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.terminal.Sheet;

/** Until when a node's keys are good, and whether it should have renewed them by now. */
final class KeysInForce {
    private KeysInForce() {}

    /**
     * In a few words; a hyphen before it has enrolled.
     *
     * @param node as the API tells it
     */
    static String words(Document node) {
        return node.optionalObject("keys")
                .map(
                        keys ->
                                Sheet.time(keys.optionalInstant("notAfter"))
                                        + (keys.optionalText("renewalLate")
                                                        .filter("true"::equals)
                                                        .isPresent()
                                                ? ", renewal is late"
                                                : ""))
                .orElse("-");
    }
}
