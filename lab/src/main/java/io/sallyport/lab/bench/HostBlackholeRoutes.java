package io.sallyport.lab.bench;

import io.sallyport.concentrator.reconcile.BlackholeRoutes;
import io.sallyport.concentrator.reconcile.KernelBlackholeRoutes;
import io.sallyport.lab.TestHost;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The concentrator's blackhole routes on a test host, set from this machine by entering the host's
 * namespaces: no slower than there.
 */
final class HostBlackholeRoutes implements BlackholeRoutes {
    private static final String PROTOCOL = Integer.toString(KernelBlackholeRoutes.PROTOCOL);

    private final long hostPid;

    HostBlackholeRoutes(TestHost host) {
        this.hostPid = host.firstPid();
    }

    @Override
    public Set<IpNetwork> list() throws IOException {
        Set<IpNetwork> routes = new HashSet<>();
        ip("", "-4", "route", "show", "type", "blackhole", "proto", PROTOCOL)
                .lines()
                .map(line -> line.strip().split(" +", -1)[1])
                .map(
                        word ->
                                word.contains("/")
                                        ? IpNetwork.parse(word)
                                        : IpNetwork.of(IpAddress.parse(word)))
                .forEach(routes::add);
        return routes;
    }

    @Override
    public void change(Set<IpNetwork> add, Set<IpNetwork> remove) throws IOException {
        StringBuilder batch = new StringBuilder();
        add.forEach(network -> batch.append(line("add", network)));
        remove.forEach(network -> batch.append(line("del", network)));
        ip(batch.toString(), "-force", "-batch", "-");
    }

    private static String line(String verb, IpNetwork network) {
        return "route %s blackhole %s proto %s metric 1000000000\n"
                .formatted(verb, network, PROTOCOL);
    }

    private String ip(String input, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--target",
                                Long.toString(hostPid),
                                "--net",
                                "--mount",
                                "ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }
}
