package io.sallyport.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.EndHost;
import io.sallyport.lab.LabException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one TCP flow through a tunnel reached, and what it cost the server.
 *
 * @param megabitsPerSecond payload that arrived
 * @param cpuSecondsPerGigabit of the server's processes, for a gigabit of payload that arrived
 */
record Traffic(double megabitsPerSecond, double cpuSecondsPerGigabit) {
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
        List<String> command =
                new ArrayList<>(
                        List.of("iperf3", "-J", "-c", target, "-t", Integer.toString(seconds)));
        if (direction == Direction.DOWN) {
            command.add("-R");
        }
        ServerProcesses processes = server.processes();
        double before = processes.cpuSeconds();
        String output =
                client.run(Duration.ofSeconds(seconds + 20L), command.toArray(String[]::new));
        double used = processes.cpuSeconds() - before;
        try {
            JsonNode received = JSON.readTree(output).path("end").path("sum_received");
            double octets = received.path("bytes").asDouble();
            if (octets <= 0) {
                throw new LabException("nothing passed through " + server.name() + ": " + output);
            }
            return new Traffic(
                    received.path("bits_per_second").asDouble() / 1e6, used / (octets * 8 / 1e9));
        } catch (JsonProcessingException e) {
            throw new LabException("iperf3's report", e);
        }
    }
}
