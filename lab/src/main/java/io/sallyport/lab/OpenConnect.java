package io.sallyport.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of the stock client on a teleworker's host: its output, what its script was told. */
public final class OpenConnect implements AutoCloseable {
    private static final Duration SHORT = TestHost.SHORT;

    private final TeleworkerHost host;
    private final HostProcess process;
    private final String directory;

    private OpenConnect(TeleworkerHost host, HostProcess process, String directory) {
        this.host = host;
        this.process = process;
        this.directory = directory;
    }

    /** How to start it. Each call adds an option; the last is {@link #start}. */
    public static final class Start {
        private final TeleworkerHost host;
        private final String name;
        private final String url;
        private final List<String> options = new ArrayList<>();
        private final List<String> answers = new ArrayList<>();
        private String program = "openconnect";

        Start(TeleworkerHost host, String name, String url) {
            this.host = host;
            this.name = name;
            this.url = url;
        }

        /** Options as on the command line. */
        public Start with(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** Starts this program of the host instead, which becomes openconnect. */
        public Start by(String wrapper) {
            program = wrapper;
            return this;
        }

        /** The certificate authority that the server's certificate must come from, in PEM. */
        public Start trusting(String rootPem) {
            host.write(directory() + "/root.pem", rootPem, 0644);
            return with("--no-system-trust", "--cafile", directory() + "/root.pem");
        }

        /** A client certificate with its key: PKCS#12 in base64, and what opens it. */
        public Start certificate(String pkcs12, String passphrase) {
            String file = directory() + "/client.p12";
            host.write(file, Base64.getDecoder().decode(pkcs12), 0600);
            return with("--certificate", file, "--key-password", passphrase);
        }

        /** What is typed when the client asks, a line each, in the order it asks. */
        public Start answering(String... lines) {
            answers.addAll(List.of(lines));
            return this;
        }

        /** Starts it; whether it comes up is not waited for. */
        public OpenConnect start() {
            host.run(SHORT, "mkdir", "-p", directory());
            host.write(directory() + "/answers", String.join("\n", answers) + "\n", 0600);
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    "sh",
                                    "-c",
                                    "export LAB_RECORD=$1; shift;"
                                            + " exec \"$@\" <$LAB_RECORD/answers",
                                    "openconnect",
                                    directory(),
                                    program,
                                    "--protocol=anyconnect",
                                    "--timestamp",
                                    "-v",
                                    "--script",
                                    TeleworkerHost.SCRIPT));
            command.addAll(options);
            command.add(url);
            return new OpenConnect(
                    host, host.spawn(name, command.toArray(String[]::new)), directory());
        }

        /**
         * Logs in and ends.
         *
         * @return what {@link #cookie} takes
         */
        public String authenticate(Duration deadline) {
            try (OpenConnect client = with("--authenticate").start()) {
                client.awaitEnd(deadline);
                String cookie = client.printed().get("COOKIE");
                if (cookie == null) {
                    throw new LabException("openconnect got no cookie\n" + client.log());
                }
                return cookie;
            }
        }

        /** Comes with the cookie of {@link #authenticate} instead of a login. */
        public Start cookie(String cookie) {
            return with("--cookie-on-stdin").answering(cookie);
        }

        /** Runs it to its end, which a client that is refused comes to; returns all it said. */
        public String refused(Duration deadline) {
            try (OpenConnect client = start()) {
                client.awaitEnd(deadline);
                return client.log();
            }
        }

        private String directory() {
            return "/run/" + name;
        }
    }

    /** What {@code --authenticate} prints: {@code COOKIE} and so on. */
    public Map<String, String> printed() {
        Map<String, String> printed = new LinkedHashMap<>();
        for (String line : log().lines().toList()) {
            String[] pair = line.split("=", 2);
            if (pair.length == 2 && pair[0].matches("[A-Z_]+")) {
                printed.put(pair[0], pair[1].replaceAll("^'|'$", ""));
            }
        }
        return printed;
    }

    /** The process, for signals: USR2 reconnects, HUP leaves without a word, INT says goodbye. */
    public HostProcess process() {
        return process;
    }

    /** All it has said so far. */
    public String log() {
        return process.log();
    }

    /** Waits until it has said this; a regular expression as grep -E has them. */
    public OpenConnect awaitLine(String pattern, Duration deadline) {
        return awaitLines(pattern, 1, deadline);
    }

    /** As {@link #awaitLine}, for a line that has to come so many times. */
    public OpenConnect awaitLines(String pattern, int count, Duration deadline) {
        try {
            host.await(
                    deadline,
                    "[ $(grep -cE '%s' %s) -ge %d ]"
                            .formatted(pattern.replace("'", "'\\''"), process.logFile(), count));
        } catch (LabException e) {
            throw new LabException("openconnect does not say: " + pattern + "\n" + log(), e);
        }
        return this;
    }

    /** Waits until the tunnel is up and the script has set its routes. */
    public OpenConnect awaitUp(Duration deadline) {
        return awaitCalls("connect", 1, deadline);
    }

    /** Waits until the script was called so many times for this reason. */
    public OpenConnect awaitCalls(String reason, int count, Duration deadline) {
        try {
            host.await(
                    deadline,
                    "[ $(grep -cx %s %s/calls) -ge %d ]".formatted(reason, directory, count));
        } catch (LabException e) {
            throw new LabException("openconnect: no " + reason + "\n" + log(), e);
        }
        return this;
    }

    /** Waits until DTLS is up, too. */
    public OpenConnect awaitDtls(Duration deadline) {
        return awaitLine("Established DTLS connection", deadline);
    }

    public void awaitEnd(Duration deadline) {
        try {
            process.awaitEnd(deadline);
        } catch (LabException e) {
            throw new LabException("openconnect does not end\n" + log(), e);
        }
    }

    /** What the script was told in a call: {@code INTERNAL_IP4_ADDRESS} and so on. */
    public Map<String, String> told(String reason) {
        Map<String, String> told = new LinkedHashMap<>();
        host.read(directory + "/" + reason)
                .lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> told.put(pair[0], pair[1]));
        return told;
    }

    /** The inner IPv4 address. */
    public String address() {
        return told("connect").get("INTERNAL_IP4_ADDRESS");
    }

    /** The inner IPv6 address. */
    public String addressV6() {
        return told("connect").get("INTERNAL_IP6_ADDRESS").replaceFirst("/.*", "");
    }

    /** Leaves with a goodbye, which ends the session; does nothing when it has ended before. */
    @Override
    public void close() {
        if (process.isAlive()) {
            process.signal(HostProcess.Signal.INT);
            awaitEnd(SHORT);
        }
    }
}
