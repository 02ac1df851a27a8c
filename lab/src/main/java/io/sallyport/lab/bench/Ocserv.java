package io.sallyport.lab.bench;

import io.sallyport.lab.GatewayHost;
import io.sallyport.lab.HostProcess;

import java.time.Duration;

/**
 * The reference server on the gateway's host, on another port. Debian's configuration as it is
 * shipped, but for what the benchmark needs: certificate, users, addresses, no limit of clients.
 * The certificate is of the kind that the provisioner issues (ECDSA, P-256), the data channels are
 * AES-256-GCM by its own preference.
 */
final class Ocserv implements VpnServer {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String DIRECTORY = "/etc/ocserv/bench";
    private static final int PORT = 4443;

    private final GatewayHost host;
    private final HostProcess process;

    private Ocserv(GatewayHost host, HostProcess process) {
        this.host = host;
        this.process = process;
    }

    static Ocserv start(GatewayHost host) {
        host.shell(
                DEADLINE,
                """
                mkdir -p -m 700 %1$s /var/lib/ocserv
                cd %1$s
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 \\
                  -keyout key.pem -out certificate.pem -subj /CN=%2$s \\
                  -addext subjectAltName=IP:%2$s 2>/dev/null
                printf '%3$s\\n%3$s\\n' | ocpasswd -c passwd %4$s
                perl -e 'print "%7$s:*:", crypt("%3$s", q($y$j9T$%8$s)), "\\n"' >>passwd
                grep -qF '%7$s:*:$y$j9T$%8$s$' passwd
                # Without the lines that are given below; the shipped file has each of them once.
                grep -vE '^(auth|tcp-port|udp-port|max-clients|max-same-clients|rate-limit-ms|max-ban-score|server-cert|server-key|ca-cert|ipv4-network|ipv4-netmask|dns|route|default-domain) *=' \\
                  /etc/ocserv/ocserv.conf >ocserv.conf
                cat >>ocserv.conf <<END
                auth = "plain[passwd=%1$s/passwd]"
                tcp-port = %5$d
                udp-port = %5$d
                max-clients = 0
                max-same-clients = 0
                max-ban-score = 0
                rate-limit-ms = 0
                server-cert = %1$s/certificate.pem
                server-key = %1$s/key.pem
                ipv4-network = %6$s
                ipv4-netmask = 255.255.0.0
                route = 10.10.0.0/24
                END
                """
                        .formatted(
                                DIRECTORY,
                                host.internetAddress(),
                                PASSWORD,
                                USER,
                                PORT,
                                NETWORK,
                                YESCRYPT_USER,
                                SALT));
        // Not named ocserv: its own pid-file is /run/ocserv.pid.
        HostProcess process =
                host.spawn(
                        "ocserv-peer",
                        "ocserv",
                        "--foreground",
                        "--config",
                        DIRECTORY + "/ocserv.conf");
        host.await(DEADLINE, "grep -q ':%04X .* 0A ' /proc/net/tcp".formatted(PORT));
        return new Ocserv(host, process);
    }

    private static final String USER = "bench";
    private static final String YESCRYPT_USER = "bench-yescrypt";

    /** Of yescrypt, as crypt_gensalt(3) makes them; Debian's strength (j9T, 16 MiB). */
    private static final String SALT = "F5Jx5fExrKuPp53xLKQ..1";

    private static final String PASSWORD = "a password for one run";
    private static final String NETWORK = "10.31.0.0";

    /**
     * The same server, for a user whose password is stored as Debian stores those of its own users:
     * with a hash that needs memory. What ocserv's own command makes needs none.
     */
    VpnServer withYescrypt() {
        return new WithYescrypt(this);
    }

    private record WithYescrypt(Ocserv server) implements VpnServer {
        @Override
        public String name() {
            return server.name() + " with yescrypt";
        }

        @Override
        public String url() {
            return server.url();
        }

        @Override
        public String user() {
            return YESCRYPT_USER;
        }

        @Override
        public String password() {
            return server.password();
        }

        @Override
        public String trustedPem() {
            return server.trustedPem();
        }

        @Override
        public String pool() {
            return server.pool();
        }

        @Override
        public ServerProcesses processes() {
            return server.processes();
        }

        @Override
        public void close() {
            // the server is closed by who started it
        }
    }

    @Override
    public String name() {
        return "ocserv";
    }

    @Override
    public String url() {
        return "https://%s:%d".formatted(host.internetAddress(), PORT);
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    @Override
    public String trustedPem() {
        return host.read(DIRECTORY + "/certificate.pem");
    }

    @Override
    public String pool() {
        return NETWORK + "/16";
    }

    @Override
    public ServerProcesses processes() {
        return ServerProcesses.on(host, process.pidFile());
    }

    @Override
    public void close() {
        process.end(DEADLINE);
    }
}
