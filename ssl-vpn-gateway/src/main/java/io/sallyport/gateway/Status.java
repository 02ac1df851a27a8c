package io.sallyport.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of {@code status.json}, for operators and tests.
 *
 * @param startedAt when this process began
 * @param at when this was written: an old one was left by a process that is not there any more
 * @param ready whether clients can connect
 * @param connected whether the provisioner answers
 * @param desiredVersion in force
 * @param tcpPort where clients connect
 * @param udpPort where their DTLS goes
 * @param adminPort where operators connect
 * @param live sessions with a connection
 * @param away sessions without
 * @param draining what clients are told that want to log in, while the gateway is drained
 * @param problems everything that is wrong now
 */
record Status(
        Instant startedAt,
        Instant at,
        UUID gateway,
        boolean ready,
        boolean connected,
        long desiredVersion,
        int tcpPort,
        int udpPort,
        int adminPort,
        int live,
        int away,
        Optional<String> draining,
        List<String> problems) {
    Status {
        problems = List.copyOf(problems);
    }

    /** Whether both tell the same, at whatever time. */
    boolean saysTheSameAs(Status other) {
        return other.equals(
                new Status(
                        startedAt,
                        other.at,
                        gateway,
                        ready,
                        connected,
                        desiredVersion,
                        tcpPort,
                        udpPort,
                        adminPort,
                        live,
                        away,
                        draining,
                        problems));
    }
}
