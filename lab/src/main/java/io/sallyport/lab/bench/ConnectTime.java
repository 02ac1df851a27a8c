package io.sallyport.lab.bench;

import io.sallyport.lab.TeleworkerHost;

import java.time.Duration;

/** From the start of a client until its tunnel is up with DTLS, timed on its host. */
final class ConnectTime {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private ConnectTime() {}

    /** Milliseconds of one login; the client is gone afterwards. */
    static double measure(TeleworkerHost host, VpnServer server) {
        host.write("/run/connect-time/password", server.password() + "\n", 0600);
        host.write("/run/connect-time/root.pem", server.trustedPem(), 0644);
        // The script is called for the tunnel after DTLS and its MTU are settled.
        String nanoseconds =
                host.shell(
                        DEADLINE,
                        """
                        cd /run/connect-time
                        rm -f up pid
                        begun=$(date +%%s%%N)
                        openconnect --background --pid-file=pid --no-system-trust --cafile=root.pem \\
                          --user=%s --passwd-on-stdin \\
                          --script='[ $reason != connect ] || date +%%s%%N >/run/connect-time/up' \\
                          %s <password >log 2>&1 || { cat log >&2; exit 1; }
                        grep -q 'Established DTLS connection' log
                        while [ ! -s up ]; do sleep 0.01; done
                        pid=$(cat pid)
                        kill -INT $pid
                        while [ -d /proc/$pid ]; do sleep 0.01; done
                        echo $(($(cat up) - begun))
                        """
                                .formatted(server.user(), server.url()));
        return Long.parseLong(nanoseconds.strip()) / 1e6;
    }
}
