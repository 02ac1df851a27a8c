package io.sallyport.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.EndHost;
import io.sallyport.lab.LabException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What TCP flows through tunnels reached, and what they cost the server.
 *
 * @param megabitsPerSecond payload that arrived
 * @param cpuSecondsPerGigabit of the server's processes, for a gigabit of payload that arrived
 */
record Traffic(double megabitsPerSecond, double cpuSecondsPerGigabit) {
    /** Of iperf3's servers. */
    static final int FIRST_PORT = 5201;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Which way the payload goes. */
    enum Direction {
        /** From the client into the network behind the server. */
        UP,
        DOWN
    }

    /**
     * Sends for some seconds.
     *
     * @param target runs iperf3's server
     */
    static Traffic measure(
            EndHost client, VpnServer server, String target, Direction direction, int seconds) {
        return measure(List.of(client), server, target, direction, seconds);
    }

    /**
     * All of them send for some seconds, or are sent to, at once.
     *
     * @param target runs an iperf3's server for each, on {@link #FIRST_PORT} and those after it
     * @return the sum of what they reached
     */
    static Traffic measure(
            List<EndHost> clients,
            VpnServer server,
            String target,
            Direction direction,
            int seconds) {
        ServerProcesses processes = server.processes();
        double before = processes.cpuSeconds();
        List<String> reports;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> flows = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                EndHost client = clients.get(i);
                String[] command = command(target, FIRST_PORT + i, direction, seconds);
                flows.add(
                        threads.submit(
                                () -> client.run(Duration.ofSeconds(seconds + 20L), command)));
            }
            reports = flows.stream().map(Traffic::join).toList();
        }
        double used = processes.cpuSeconds() - before;
        double megabits = 0;
        double octets = 0;
        for (String report : reports) {
            JsonNode received = received(report);
            if (received.path("bytes").asDouble() <= 0) {
                throw new LabException("nothing passed through " + server.name() + ": " + report);
            }
            megabits += received.path("bits_per_second").asDouble() / 1e6;
            octets += received.path("bytes").asDouble();
        }
        return new Traffic(megabits, used / (octets * 8 / 1e9));
    }

    private static String[] command(String target, int port, Direction direction, int seconds) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "iperf3",
                                "-J",
                                "-c",
                                target,
                                "-p",
                                Integer.toString(port),
                                "-t",
                                Integer.toString(seconds)));
        if (direction == Direction.DOWN) {
            command.add("-R");
        }
        return command.toArray(String[]::new);
    }

    private static String join(Future<String> flow) {
        try {
            return flow.get();
        } catch (ExecutionException e) {
            throw new LabException("a flow", e);
        } catch (InterruptedException e) {
            throw LabException.interrupted("a flow", e);
        }
    }

    private static JsonNode received(String report) {
        try {
            return JSON.readTree(report).path("end").path("sum_received");
        } catch (JsonProcessingException e) {
            throw new LabException("iperf3's report", e);
        }
    }
}
