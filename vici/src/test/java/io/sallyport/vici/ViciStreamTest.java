package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

@Timeout(30)
class ViciStreamTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(150);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FakeCharon charon;
    private ViciSession session;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        charon =
                new FakeCharon(directory.resolve("charon.vici"))
                        .answer("version", ViciMessage.EMPTY).stream(
                                "list-sas", "list-sa", numbers(1000));
        session = new ViciSession(charon.socket());
    }

    @AfterEach
    void disconnect() throws Exception {
        session.close();
        charon.close();
    }

    @Test
    void deliversEveryEventInOrder() throws Exception {
        List<ViciMessage> got = new ArrayList<>();

        assertThat(listSas(got::add)).isEqualTo(ViciMessage.EMPTY);

        assertThat(got).isEqualTo(numbers(1000));
    }

    @Test
    void leavesTheConnectionInOrderForTheNextCall() throws Exception {
        listSas(_ -> {});
        listSas(_ -> {});
        session.call("version", ViciMessage.EMPTY, AMPLE);

        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void passesOverOtherEvents() throws Exception {
        charon.on(
                "list-sas",
                (_, client) -> {
                    client.send(new ViciPacket.Event("list-conn", ViciMessage.EMPTY));
                    client.respond(ViciMessage.EMPTY);
                });
        List<ViciMessage> got = new ArrayList<>();

        listSas(got::add);

        assertThat(got).isEmpty();
    }

    @Test
    void throwsWhatTheConsumerThrewAndKeepsTheConnection() throws Exception {
        List<ViciMessage> got = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                listSas(
                                        message -> {
                                            got.add(message);
                                            throw new IOException("enough");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("enough");

        assertThat(got).hasSize(1);
        session.call("version", ViciMessage.EMPTY, AMPLE);
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void refusesConsumerThatCallsTheSession() {
        assertThatThrownBy(() -> listSas(_ -> session.call("version", ViciMessage.EMPTY, AMPLE)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsUnknownEventAndKeepsTheConnection() throws Exception {
        charon.withoutEvent("list-sa");

        assertThatThrownBy(() -> listSas(_ -> {})).isInstanceOf(ViciUnknownEventException.class);

        session.call("version", ViciMessage.EMPTY, AMPLE);
        assertThat(session.generation()).isEqualTo(1);
        assertThat(charon.requests()).extracting("name").containsExactly("version");
    }

    @Test
    void tellsUnknownCommandAndKeepsTheConnection() throws Exception {
        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "list-teapots",
                                        "list-sa",
                                        ViciMessage.EMPTY,
                                        AMPLE,
                                        AMPLE,
                                        _ -> {}))
                .isInstanceOf(ViciUnknownCommandException.class);

        listSas(_ -> {});
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void tellsFailureThatComesAfterEvents() throws Exception {
        charon.on(
                "initiate",
                (_, client) -> {
                    client.raise("control-log", ViciMessage.builder().put("msg", "no").build());
                    client.respond(
                            ViciMessage.builder()
                                    .put("success", false)
                                    .put("errmsg", "establishing CHILD_SA 'lan' failed")
                                    .build());
                });
        List<ViciMessage> got = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "initiate",
                                        "control-log",
                                        ViciMessage.EMPTY,
                                        AMPLE,
                                        AMPLE,
                                        got::add))
                .isInstanceOf(ViciCommandException.class)
                .hasMessageContaining("establishing CHILD_SA 'lan' failed");
        assertThat(got).hasSize(1);
    }

    @Test
    void givesUpWhenTheStreamFallsSilent() throws Exception {
        charon.on("list-sas", (_, client) -> client.raise("list-sa", ViciMessage.EMPTY));
        List<ViciMessage> got = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "list-sas",
                                        "list-sa",
                                        ViciMessage.EMPTY,
                                        SHORT,
                                        AMPLE,
                                        got::add))
                .isInstanceOf(ViciTimeoutException.class);
        assertThat(got).hasSize(1);
        session.call("version", ViciMessage.EMPTY, AMPLE);
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void givesUpAtTheLimitThoughEventsGoOn() throws Exception {
        charon.on(
                "list-sas",
                (_, client) -> {
                    while (true) { // until the client hangs up
                        client.raise("list-sa", ViciMessage.EMPTY);
                    }
                });

        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "list-sas",
                                        "list-sa",
                                        ViciMessage.EMPTY,
                                        AMPLE,
                                        SHORT,
                                        _ -> {}))
                .isInstanceOf(ViciTimeoutException.class);
    }

    @Test
    void countsTheConsumersTimeTowardsTheLimit() {
        // Beyond the limit, which begins later than this.
        long over = System.nanoTime() + 2 * SHORT.toNanos();

        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "list-sas",
                                        "list-sa",
                                        ViciMessage.EMPTY,
                                        AMPLE,
                                        SHORT,
                                        _ -> {
                                            while (System.nanoTime() < over) {
                                                Thread.onSpinWait();
                                            }
                                        }))
                .isInstanceOf(ViciTimeoutException.class);
    }

    @Test
    void connectsAnewAfterCharonDiedInMidStream() throws Exception {
        charon.on(
                "list-policies",
                (_, client) -> {
                    client.sendOctets(ByteBuffer.wrap(new byte[] {0, 0, 0, 50, 7, 7}));
                    client.close();
                });

        assertThatThrownBy(
                        () ->
                                session.stream(
                                        "list-policies",
                                        "list-policy",
                                        ViciMessage.EMPTY,
                                        AMPLE,
                                        AMPLE,
                                        _ -> {}))
                .isInstanceOf(EOFException.class);
        listSas(_ -> {});
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void keepsNoEntryThatWasHandedOver() throws Exception {
        List<WeakReference<ViciMessage>> handedOver = new ArrayList<>();
        List<Long> held = new ArrayList<>();
        // Else compiled code lets go of it before it is counted.
        AtomicReference<ViciMessage> latest = new AtomicReference<>();

        listSas(
                message -> {
                    latest.set(message);
                    handedOver.add(new WeakReference<>(message));
                    if (handedOver.size() == 500) {
                        System.gc();
                        held.add(handedOver.stream().filter(each -> !each.refersTo(null)).count());
                    }
                });

        assertThat(handedOver).hasSize(1000);
        assertThat(held).singleElement().satisfies(count -> assertThat(count).isBetween(1L, 2L));
    }

    @Test
    void listingTenTimesAsManySasCostsTenTimesAsMuch() throws Exception {
        cost(1200); // The first listing loads classes.
        Cost few = leastCost(1200);
        Cost many = leastCost(12_000);

        assertThat(many.allocated() / 12_000).isLessThan(few.allocated() / 1200 * 11 / 10);
        // Ten times, or a hundred times if the time were quadratic.
        assertThat(many.cpuNanos()).isLessThan(40 * few.cpuNanos());
    }

    /** Octets allocated and time on a processor, of this thread alone: it does all the decoding. */
    private record Cost(long allocated, long cpuNanos) {}

    /** Of five: the first touch of the heap's pages counts as this thread's time. */
    private Cost leastCost(int sas) throws IOException {
        Cost least = cost(sas);
        for (int round = 1; round < 5; round++) {
            Cost cost = cost(sas);
            least =
                    new Cost(
                            Math.min(least.allocated(), cost.allocated()),
                            Math.min(least.cpuNanos(), cost.cpuNanos()));
        }
        return least;
    }

    private Cost cost(int sas) throws IOException {
        byte[] stream = ListSasBenchmark.stream(sas);
        charon.on("list-sas", (_, client) -> client.sendOctets(ByteBuffer.wrap(stream)));
        Charon typed = new Charon(session, new Charon.Limits(AMPLE, AMPLE));
        int[] listed = new int[1];

        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpuNanos = THREADS.getCurrentThreadCpuTime();
        typed.listSas(SaSelector.all(), _ -> listed[0]++);
        Cost cost =
                new Cost(
                        THREADS.getCurrentThreadAllocatedBytes() - allocated,
                        THREADS.getCurrentThreadCpuTime() - cpuNanos);

        assertThat(listed[0]).isEqualTo(sas);
        return cost;
    }

    private ViciMessage listSas(EventConsumer consumer) throws IOException {
        return session.stream("list-sas", "list-sa", ViciMessage.EMPTY, AMPLE, AMPLE, consumer);
    }

    private static List<ViciMessage> numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> ViciMessage.builder().put("number", number).build())
                .toList();
    }
}
