package io.sallyport.cli.order;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport order show}. */
@Command(
        name = "show",
        description = "Shows an order with all its steps.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport order show ORDER",
            "  sallyport order show ORDER --wait --until live --wait-seconds 600",
            "      returns when the branch has dialled in and traffic has passed"
        })
public final class ShowOrder implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "ORDER", description = "Id of the order.")
    private String id;

    @Mixin private WaitOptions wait;

    public ShowOrder(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        Order found = Order.of(api.get(ApiPath.of("v1", "orders", id)));
        Order reached =
                wait.until()
                        .map(
                                until ->
                                        new OrderWatch(invocation, api)
                                                .await(found, until, wait.seconds()))
                        .orElse(found);
        invocation.show(reached.document(), reached::fill);
    }
}
