package io.sallyport.lab.bench;

import io.sallyport.lab.TeleworkerHost;

import java.time.Duration;

/**
 * Many stock clients on one host, each a process in the background that stays. They do not touch
 * the host's routes.
 */
final class ManyClients implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final int AT_ONCE = 8;

    private final TeleworkerHost host;
    private final String directory;
    private int running;

    ManyClients(TeleworkerHost host, VpnServer server) {
        this.host = host;
        this.directory = "/run/many-" + server.name();
        host.shell(DEADLINE, "rm -rf %1$s; mkdir -p %1$s".formatted(directory));
        host.write(directory + "/password", server.password() + "\n", 0600);
        host.write(directory + "/root.pem", server.trustedPem(), 0644);
        host.write(
                directory + "/one",
                """
                exec openconnect --background --pid-file=%1$s/$1.pid --interface=v$1 --script=/bin/true \\
                  --no-system-trust --cafile=%1$s/root.pem --user=%2$s --passwd-on-stdin %3$s \\
                  <%1$s/password >%1$s/$1.log 2>&1
                """
                        .formatted(directory, server.user(), server.url()),
                0755);
    }

    /** Logs so many more in, eight at a time; returns when each of them has DTLS, too. */
    void add(int count) {
        int last = running + count;
        host.shell(
                DEADLINE,
                "seq %d %d | xargs -P %d -I{} sh %s/one {} || { tail -n 6 $(grep -L Continuing %4$s/*.log) >&2; exit 1; }"
                        .formatted(running + 1, last, AT_ONCE, directory));
        running = last;
        host.await(
                DEADLINE,
                "[ $(grep -l 'Established DTLS connection' %s/*.log | wc -l) -ge %d ]"
                        .formatted(directory, running));
    }

    /** All say goodbye. */
    @Override
    public void close() {
        host.shell(
                DEADLINE,
                """
                pids=$(cat %1$s/*.pid 2>/dev/null || true)
                [ -z "$pids" ] || kill -INT $pids
                while pgrep -x openconnect >/dev/null; do sleep 0.1; done
                """
                        .formatted(directory));
    }
}
