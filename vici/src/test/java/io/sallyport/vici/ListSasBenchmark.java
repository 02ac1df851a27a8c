package io.sallyport.vici;

import io.sallyport.vici.ViciPacket.CmdResponse;
import io.sallyport.vici.ViciPacket.Event;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How long it takes to list 12,000 IKE_SAs with one CHILD_SA each: a fake charon writes the encoded
 * stream to a real Unix socket, and the client decodes every one into its {@link IkeSa}.
 */
public final class ListSasBenchmark implements Closeable {
    private static final int SAS = 12_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int DEFAULT_ROUNDS = 11;
    private static final Charon.Limits LIMITS =
            new Charon.Limits(Duration.ofSeconds(30), Duration.ofMinutes(5));

    private final FakeCharon fake;
    private final ViciSession session;
    private final Charon charon;

    /**
     * Listens on a path whose file is made, or replaced; other clients may list the same SAs there.
     */
    public ListSasBenchmark(Path socket) throws IOException {
        byte[] stream = stream(SAS);
        fake =
                new FakeCharon(socket)
                        .on("list-sas", (_, client) -> client.sendOctets(ByteBuffer.wrap(stream)));
        session = new ViciSession(fake.socket());
        charon = new Charon(session, LIMITS);
    }

    /**
     * Lists all SAs once, and checks that all came.
     *
     * @return milliseconds
     */
    public double round() throws IOException {
        long[] count = new long[2];
        long begun = System.nanoTime();
        charon.listSas(
                SaSelector.all(),
                sa -> {
                    count[0]++;
                    count[1] += sa.childSas().getFirst().in().bytes();
                });
        long ended = System.nanoTime();
        if (count[0] != SAS || count[1] == 0) {
            throw new IOException("expected %d SAs, came %d".formatted(SAS, count[0]));
        }
        return (ended - begun) / 1e6;
    }

    @Override
    public void close() throws IOException {
        session.close();
        fake.close();
    }

    /** The whole answer as it goes over the wire. */
    static byte[] stream(int sas) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < sas; i++) {
            octets.writeBytes(FakeCharon.Client.framed(new Event("list-sa", ikeSa(i))).array());
        }
        octets.writeBytes(FakeCharon.Client.framed(new CmdResponse(ViciMessage.EMPTY)).array());
        return octets.toByteArray();
    }

    /** Every key that charon lists for an established tunnel that carries traffic. */
    static ViciMessage ikeSa(int i) {
        String host = "198.18.%d.%d".formatted(i >> 8, i & 0xFF);
        return ViciMessage.builder()
                .section(
                        "tunnel-5f0c7a3e-6d2b-4c19-9a55-%012x".formatted(i),
                        sa ->
                                sa.put("uniqueid", i + 1L)
                                        .put("version", 2)
                                        .put("state", "ESTABLISHED")
                                        .put("local-host", "192.0.2.1")
                                        .put("local-port", 4500)
                                        .put("local-id", "hub.concentrators.sallyport.internal")
                                        .put("remote-host", host)
                                        .put("remote-port", 4500)
                                        .put(
                                                "remote-id",
                                                "b%d.acme.sallyport.internal".formatted(i))
                                        .put("initiator-spi", "%016x".formatted(i * 7919L))
                                        .put("responder-spi", "%016x".formatted(i * 104_729L))
                                        .put("nat-remote", true)
                                        .put("nat-any", true)
                                        .put("encr-alg", "AES_GCM_16")
                                        .put("encr-keysize", 256)
                                        .put("prf-alg", "PRF_HMAC_SHA2_384")
                                        .put("dh-group", "ECP_256")
                                        .put("established", 3600 + i)
                                        .put("rekey-time", 9000)
                                        .section(
                                                "child-sas",
                                                children ->
                                                        children.section(
                                                                "lan-" + (i + 1), childSa(i))))
                .build();
    }

    private static ViciMessage childSa(int i) {
        return ViciMessage.builder()
                .put("name", "lan")
                .put("uniqueid", i + 1L)
                .put("reqid", i + 1L)
                .put("state", "INSTALLED")
                .put("mode", "TUNNEL")
                .put("protocol", "ESP")
                .put("encap", true)
                .put("spi-in", "%08x".formatted(i * 31))
                .put("spi-out", "%08x".formatted(i * 37))
                .put("encr-alg", "AES_GCM_16")
                .put("encr-keysize", 256)
                .put("dh-group", "ECP_256")
                .put("bytes-in", 1_234_567_890L + i)
                .put("packets-in", 1_234_567L + i)
                .put("use-in", 0)
                .put("bytes-out", 987_654_321L + i)
                .put("packets-out", 987_654L + i)
                .put("use-out", 1)
                .put("rekey-time", 1800)
                .put("life-time", 2400)
                .put("install-time", 1560)
                .list("local-ts", List.of("10.0.0.0/8"))
                .list(
                        "remote-ts",
                        List.of(
                                "10.%d.%d.0/24".formatted(i >> 8, i & 0xFF),
                                "100.64.%d.%d/32".formatted(i >> 8, i & 0xFF)))
                .build();
    }

    /** Prints the milliseconds of each round; the argument says how many. */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ROUNDS;
        Path directory = Files.createTempDirectory("list-sas");
        try (ListSasBenchmark benchmark = new ListSasBenchmark(directory.resolve("charon.vici"))) {
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                benchmark.round();
            }
            for (int round = 0; round < rounds; round++) {
                System.out.printf("%.1f%n", benchmark.round());
            }
        } finally {
            Files.delete(directory);
        }
    }
}
