package io.sallyport.lab.load;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.LabException;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.product.Teleworker.ClientCertificate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Thousands of sessions in one process, a virtual thread each. It takes commands from its standard
 * input and says a line for each when it is done: {@code add N}, {@code churn N} (so many say
 * goodbye, and as many others log in) and {@code echo ADDRESS N} (all ask for an echo, N at a
 * time).
 */
public final class ManySessions {
    private static final String DIRECTORY = "/run/many-sessions";
    private static final int LOGINS_AT_ONCE = 16;
    private static final Duration ECHO = Duration.ofSeconds(2);
    private static final char[] NO_PASSWORD = {};

    /** One for each teleworker; their sessions are spread over them. */
    private final List<SSLSocketFactory> teleworkers;

    private final AtomicInteger logins = new AtomicInteger();
    private final String server;
    private final String group;
    private final ConcurrentLinkedQueue<CstpSession> sessions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger live = new AtomicInteger();
    private final Map<String, Integer> endings = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ManySessions(List<SSLSocketFactory> teleworkers, String server, String group) {
        this.teleworkers = teleworkers;
        this.server = server;
        this.group = group;
    }

    /** The program on its host, as seen from here. */
    public record Remote(TeleworkerHost host, HostProcess process) {
        /**
         * Does a command and waits for its line.
         *
         * @return the figures in it, by name
         */
        public Map<String, Double> ask(String command, Duration deadline) {
            String log = process.logFile();
            // The log has other lines, too: reasons why sessions ended.
            String answers = "grep seconds= " + log;
            int lines =
                    Integer.parseInt(host.run(deadline, "sh", "-c", answers + " | wc -l").strip());
            host.shell(deadline, "echo '%s' >%s/commands".formatted(command, DIRECTORY));
            host.await(deadline, "[ $(%s | wc -l) -gt %d ]".formatted(answers, lines));
            String answer = host.run(deadline, "sh", "-c", answers + " | tail -n 1").strip();
            Map<String, Double> figures = new java.util.TreeMap<>();
            for (String pair : answer.split(" ", -1)) {
                String[] parts = pair.split("=", 2);
                if (parts.length != 2 || !parts[1].matches("[0-9.]+")) {
                    throw new LabException(command + ": " + process.log());
                }
                figures.put(parts[0], Double.valueOf(parts[1]));
            }
            return figures;
        }
    }

    /** Starts the program on a teleworker's host. */
    public static Remote start(
            TeleworkerHost host,
            String server,
            String group,
            String rootPem,
            List<ClientCertificate> teleworkers) {
        host.write(DIRECTORY + "/root.pem", rootPem, 0644);
        for (int i = 0; i < teleworkers.size(); i++) {
            String name = "%s/%d".formatted(DIRECTORY, i);
            host.write(name + ".pem", teleworkers.get(i).certificatePem(), 0600);
            host.write(name + ".key", teleworkers.get(i).keyPem(), 0600);
        }
        HostProcess process =
                host.spawn(
                        "many-sessions",
                        "sh",
                        "-c",
                        "cd %s; rm -f commands; mkfifo commands; exec \"$@\" <>commands"
                                .formatted(DIRECTORY),
                        "sh",
                        TeleworkerHost.JAVA,
                        "-XX:+UseParallelGC",
                        "-Xmx3g",
                        "-cp",
                        ConcentratorHost.LAB_JARS + "/*",
                        ManySessions.class.getName(),
                        server,
                        group,
                        Integer.toString(teleworkers.size()));
        host.await(Duration.ofSeconds(20), "grep -q ready " + process.logFile());
        return new Remote(host, process);
    }

    /**
     * Runs on the teleworker's host, in the directory with the certificates.
     *
     * @param arguments server, group, how many teleworkers
     */
    public static void main(String[] arguments) throws Exception {
        List<SSLSocketFactory> teleworkers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            teleworkers.add(credentials(Integer.toString(i)));
        }
        ManySessions all = new ManySessions(teleworkers, arguments[0], arguments[1]);
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.out.println("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(
                    switch (words[0]) {
                        case "add" -> all.add(Integer.parseInt(words[1]), false);
                        case "churn" -> all.add(Integer.parseInt(words[1]), true);
                        case "echo" ->
                                all.echo(
                                        InetAddress.ofLiteral(words[1]),
                                        Integer.parseInt(words[2]));
                        default -> throw new IllegalArgumentException(line);
                    });
        }
    }

    /**
     * @param churn one leaves for each that comes
     */
    private String add(int count, boolean churn) throws Exception {
        long begun = System.nanoTime();
        Semaphore slots = new Semaphore(LOGINS_AT_ONCE);
        AtomicInteger failed = new AtomicInteger();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                slots.acquire();
                Future<?> _ =
                        tasks.submit(
                                () -> {
                                    try {
                                        if (churn) {
                                            sessions.remove().goodbye();
                                        }
                                        begin(CstpSession.open(next(), server, group));
                                    } catch (IOException | RuntimeException e) {
                                        failed.incrementAndGet();
                                        ended("login: " + e.getMessage());
                                    } finally {
                                        slots.release();
                                    }
                                });
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return "live=%d failed=%d seconds=%.3f".formatted(live.get(), failed.get(), seconds);
    }

    private SSLSocketFactory next() {
        return teleworkers.get(Math.floorMod(logins.getAndIncrement(), teleworkers.size()));
    }

    private void begin(CstpSession session) {
        sessions.add(session);
        live.incrementAndGet();
        Future<?> _ =
                threads.submit(
                        () -> {
                            String why = session.run();
                            live.decrementAndGet();
                            sessions.remove(session);
                            ended(why);
                        });
    }

    /** For a look at it: each reason is said when it is seen first. */
    private void ended(String why) {
        if (endings.merge(why, 1, Integer::sum) == 1) {
            System.err.println("ended: " + why);
        }
    }

    private String echo(InetAddress target, int atOnce) throws Exception {
        long begun = System.nanoTime();
        List<CstpSession> asked = List.copyOf(sessions);
        int answered = 0;
        for (int from = 0; from < asked.size(); from += atOnce) {
            List<CstpSession> some = asked.subList(from, Math.min(asked.size(), from + atOnce));
            for (CstpSession session : some) {
                try {
                    session.ping(target);
                } catch (IOException e) {
                    ended("echo: " + e.getMessage());
                }
            }
            long deadline = System.nanoTime() + ECHO.toNanos();
            for (CstpSession session : some) {
                if (session.awaitEcho(deadline)) {
                    answered++;
                }
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return "asked=%d answered=%d seconds=%.3f".formatted(asked.size(), answered, seconds);
    }

    private static SSLSocketFactory credentials(String name)
            throws IOException, GeneralSecurityException {
        CertificateFactory x509 = CertificateFactory.getInstance("X.509");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var root = Files.newInputStream(Path.of("root.pem"));
                var chain = Files.newInputStream(Path.of(name + ".pem"))) {
            store.setCertificateEntry("root", x509.generateCertificate(root));
            store.setKeyEntry(
                    "client",
                    key(Files.readString(Path.of(name + ".key"))),
                    NO_PASSWORD,
                    x509.generateCertificates(chain).toArray(Certificate[]::new));
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls.getSocketFactory();
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        byte[] octets = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(octets));
    }
}
