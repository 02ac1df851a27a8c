package io.sallyport.gateway;

import io.sallyport.gateway.session.AddressPool;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The network interface behind the TUN device: addresses, MTU, up. Needs CAP_NET_ADMIN. */
final class TunInterface {
    private static final int MTU = 1500;
    private static final int QUEUE_PACKETS = 1000;
    private static final long LIMIT_SECONDS = 10;
    private static final int MAX_COMPLAINT_OCTETS = 4096;

    private TunInterface() {}

    /**
     * Gives the device the gateway's own address of each pool, with the pool as its network.
     *
     * @throws IOException with the words of {@code ip} (iproute2) if it refuses
     */
    static void configure(String device, AddressPool v4, Optional<AddressPool> v6)
            throws IOException {
        address(device, v4);
        if (v6.isPresent()) {
            address(device, v6.get());
        }
        ip(
                List.of(
                        "link",
                        "set",
                        "dev",
                        device,
                        "mtu",
                        Integer.toString(MTU),
                        "txqueuelen",
                        Integer.toString(QUEUE_PACKETS),
                        "up"));
    }

    private static void address(String device, AddressPool pool) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "address",
                                "replace",
                                "%s/%d".formatted(pool.own(), pool.network().prefixLength()),
                                "dev",
                                device));
        if (!pool.network().address().isIpv4()) {
            arguments.add("nodad"); // nobody else is on this link
        }
        ip(arguments);
    }

    private static void ip(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("ip");
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String words =
                    new String(
                            process.getInputStream().readNBytes(MAX_COMPLAINT_OCTETS),
                            StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("%s does not end".formatted(String.join(" ", command)));
            }
            if (process.exitValue() != 0) {
                throw new IOException("%s: %s".formatted(String.join(" ", command), words.strip()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while ip ran");
        }
    }
}
