package io.sallyport.lab.bench;

import io.sallyport.lab.LabException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * OCSP answers per second to clients that each time come anew, as real ones do, against the openssl
 * command as a server. Without nonce ours looks the status up and hands out what it has signed;
 * openssl signs. With a nonce both sign.
 */
final class OcspAnswers implements Benchmark {
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 5;
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");
    private static final int CLIENTS = 4;
    private static final long ROUND_NANOS = 2_000_000_000L;

    @Override
    public String name() {
        return "ocsp";
    }

    @Override
    public String description() {
        return "OCSP answers/s over HTTP, a connection each, against openssl ocsp as a server";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (AuthorityProcess authority = AuthorityProcess.start()) {
            Path home = authority.home();
            Path branch = home.resolve("branch.pem");
            authority.ask("branch " + branch);
            Path issuer = home.resolve("data/ca/sites/certificate.pem");
            String path = ocspPath(home, branch);
            Process peer = startPeer(home);
            try {
                int peerPort = Integer.parseInt(Files.readString(home.resolve("peer.port")));
                List<Row> rows = new ArrayList<>();
                for (String nonce : List.of("-no_nonce", "-nonce")) {
                    byte[] ours = request(home, issuer, branch, nonce);
                    byte[] theirs =
                            request(
                                    home,
                                    home.resolve("peer.pem"),
                                    home.resolve("peer-leaf.pem"),
                                    nonce);
                    Rounds rounds =
                            Rounds.interleaved(
                                    WARM_UP,
                                    ROUNDS,
                                    () -> perSecond(authority.statusPort(), path, ours),
                                    () -> perSecond(peerPort, "/", theirs),
                                    progress);
                    rows.add(Row.of(nonce.equals("-nonce") ? "ocsp-nonce" : "ocsp", "1/s", rounds));
                }
                return rows;
            } finally {
                peer.destroy();
            }
        } catch (IOException e) {
            throw new LabException(name(), e);
        }
    }

    private static String ocspPath(Path home, Path branch) throws IOException {
        Tools.run(home, "openssl x509 -in %s -noout -ocsp_uri".formatted(branch));
        return Files.readString(home.resolve("tool.out")).strip().replaceFirst("http://[^/]+", "");
    }

    private static byte[] request(Path home, Path issuer, Path certificate, String nonce)
            throws IOException {
        Tools.run(
                home,
                "openssl ocsp -issuer %s -cert %s %s -reqout request.der"
                        .formatted(issuer, certificate, nonce));
        return Files.readAllBytes(home.resolve("request.der"));
    }

    /** An authority of openssl's own with one certificate, and its responder. */
    private static Process startPeer(Path home) throws IOException {
        Tools.run(
                home,
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj"
                        + " /CN=peer -days 30 -keyout peer.key -out peer.pem");
        Tools.run(
                home,
                "openssl x509 -req -in 0.csr -CA peer.pem -CAkey peer.key -set_serial 4660 -days 30"
                        + " -out peer-leaf.pem");
        Files.writeString(
                home.resolve("index.txt"), "V\t291231235959Z\t\t1234\tunknown\t/CN=leaf\n");
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(home.resolve("peer.port"), Integer.toString(port));
        Process peer =
                new ProcessBuilder(
                                ("openssl ocsp -port %d -index index.txt -CA peer.pem -rsigner"
                                                + " peer.pem -rkey peer.key -ndays 1 -ignore_err")
                                        .formatted(port)
                                        .split(" "))
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("peer.log").toFile())
                        .start();
        awaitListening(peer, home.resolve("peer.log"));
        return peer;
    }

    /** By what it says: a connection without a request would hold it up for good. */
    private static void awaitListening(Process peer, Path log) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(log).contains("waiting for OCSP client connections")) {
            if (!peer.isAlive() || System.nanoTime() > end) {
                throw new IOException("openssl ocsp does not listen: " + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static double perSecond(int port, String path, byte[] request) {
        byte[] head =
                """
                POST %s HTTP/1.0
                Host: 127.0.0.1
                Content-Type: application/ocsp-request
                Content-Length: %d

                """
                        .formatted(path, request.length)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[head.length + request.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(request, 0, whole, head.length, request.length);
        AtomicLong count = new AtomicLong();
        long begin = System.nanoTime();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                all.add(
                        clients.submit(
                                () -> {
                                    while (System.nanoTime() - begin < ROUND_NANOS) {
                                        ask(port, whole);
                                        count.incrementAndGet();
                                    }
                                    return null;
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new LabException("an OCSP answer", e);
        } catch (InterruptedException e) {
            throw LabException.interrupted("OCSP answers", e);
        }
        return count.get() * 1e9 / (System.nanoTime() - begin);
    }

    /** One question and its whole answer, which has to be a signed one. */
    private static void ask(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            // openssl leaves the connection open for a while after its answer.
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] part = new byte[4096];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                answer.write(part, 0, count);
                if (isWhole(answer.toString(StandardCharsets.ISO_8859_1))) {
                    return;
                }
            }
            throw new IOException(
                    "no OCSP answer: " + answer.toString(StandardCharsets.ISO_8859_1));
        }
    }

    /** A signed answer of P-256 has more than 200 octets, an error has 5. */
    private static boolean isWhole(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        Matcher length = LENGTH.matcher(answer);
        return body > 4
                && answer.startsWith("HTTP/1.")
                && answer.contains(" 200 ")
                && length.find()
                && Integer.parseInt(length.group(1)) > 200
                && answer.length() - body >= Integer.parseInt(length.group(1));
    }
}
