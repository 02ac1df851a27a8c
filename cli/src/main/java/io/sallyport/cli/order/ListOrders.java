package io.sallyport.cli.order;

import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.Pages;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;

/** {@code sallyport order list}. */
@Command(
        name = "list",
        description = "Lists the orders, the newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport order list --state ready", "  sallyport order list --branch lyon"})
public final class ListOrders implements Runnable {
    private final Invocation invocation;

    @Option(names = "--branch", paramLabel = "BRANCH", description = "Of this branch only.")
    private String branch;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "In this state only: accepted, configured, ready, live, failed.")
    private String state;

    public ListOrders(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        List<Order> found =
                Pages.all(invocation.api(), ApiPath.of("v1", "orders"), "orders").stream()
                        .map(Order::of)
                        .filter(one -> branch == null || one.branch().equals(branch))
                        .filter(one -> state == null || one.state().equalsIgnoreCase(state))
                        .toList();
        invocation.show(
                Document.empty().putList("orders", found.stream().map(Order::document).toList()),
                sheet ->
                        sheet.table(
                                List.of("BRANCH", "STATE", "PLACED", "ORDER", "TUNNEL"),
                                found.stream()
                                        .map(
                                                one ->
                                                        List.of(
                                                                one.branch(),
                                                                one.state(),
                                                                Sheet.time(one.createdAt()),
                                                                one.id(),
                                                                one.tunnel()))
                                        .toList()));
    }
}
