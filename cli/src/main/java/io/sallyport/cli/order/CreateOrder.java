package io.sallyport.cli.order;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.UnreachableException;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code sallyport order create}. */
@Command(
        name = "create",
        description = "Orders a tunnel for a branch.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport order create lyon --network 10.20.1.0/24 --generate-key --wait",
            "      the key is made by the provisioner and handed out once",
            "  sallyport order create lyon --network 10.20.1.0/24 --csr lyon.csr --wait",
            "      the key stays on the device: openssl genpkey ... ; openssl req -new -key ...",
            "  sallyport order create lyon ... --idempotency-key lyon-1",
            "      sent again with the same key, it is the same order"
        })
public final class CreateOrder implements Runnable {
    private static final int MAX_CSR_OCTETS = 64 * 1024;

    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "BRANCH", description = "Name of the branch.")
    private String branch;

    @Option(
            names = {"-n", "--network"},
            required = true,
            split = ",",
            paramLabel = "CIDR",
            description = "A network of the branch; more by commas or by repeating this.")
    private List<String> networks;

    @Option(
            names = "--device",
            paramLabel = "FAMILY",
            description = "Kind of the branch's device (${DEFAULT-VALUE}).")
    private String device = "strongswan";

    @ArgGroup(multiplicity = "1")
    private Key key;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Makes a repeated order the same order; a new one each time if absent.")
    private String idempotencyKey;

    @Mixin private WaitOptions wait;

    public CreateOrder(Invocation invocation) {
        this.invocation = invocation;
    }

    private static final class Key {
        @Option(
                names = "--csr",
                required = true,
                paramLabel = "FILE",
                description =
                        "Certificate request (PKCS#10, PEM) for a key of the branch's own;"
                                + " - is standard input.")
        private String csr;

        @Option(
                names = "--generate-key",
                required = true,
                description = "The provisioner makes the key and hands it out once.")
        private boolean generate;
    }

    @Override
    public void run() {
        Document typed =
                Document.empty()
                        .put("branch", branch)
                        .putTexts("protectedNetworks", networks)
                        .put("deviceFamily", device);
        if (key.generate) {
            typed.put("generateKey", true);
        } else {
            typed.put("csr", invocation.read(key.csr, MAX_CSR_OCTETS));
        }
        Api api = invocation.api();
        Order placed = place(api, typed);
        Order reached =
                wait.until()
                        .map(
                                until ->
                                        new OrderWatch(invocation, api)
                                                .await(placed, until, wait.seconds()))
                        .orElse(placed);
        invocation.show(reached.document(), reached::fill);
        if (reached.settled()) {
            invocation.hint(
                    "Next: sallyport tunnel configuration %s --directory %s"
                            .formatted(reached.tunnel(), reached.branch()));
        }
    }

    private Order place(Api api, Document typed) {
        String repeatable = idempotencyKey != null ? idempotencyKey : UUID.randomUUID().toString();
        try {
            return Order.of(
                    api.post(
                            ApiPath.of("v1", "orders"),
                            typed,
                            Map.of("Idempotency-Key", repeatable)));
        } catch (UnreachableException e) {
            if (!e.mayHaveBeenCarriedOut()) {
                throw e;
            }
            throw CommandException.of(
                    ExitCode.UNREACHABLE,
                    e.getMessage() + "; whether the order was taken is not known",
                    "Repeat the command with --idempotency-key %s: it is the same order then."
                            .formatted(repeatable));
        }
    }
}
