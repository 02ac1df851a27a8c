package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.vici.ViciEvents.Patience;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(30)
class ViciEventsTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Patience PATIENT = new Patience(AMPLE, AMPLE);
    private static final Duration SOON = Duration.ofMillis(30);
    private static final Patience CURIOUS = new Patience(SOON, AMPLE);
    private static final Patience HASTY = new Patience(SOON, Duration.ofMillis(400));
    private static final ViciMessage ALERT =
            ViciMessage.builder().put("type", "ts-narrowed").build();

    /** Puts down what it hears; an alert of the type {@code poison} makes it fail. */
    private static final class Recorder implements ViciEventListener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void connected(long generation) {
            heard.add("connected " + generation);
        }

        @Override
        public void event(ViciEvent event) {
            ViciEvent.Other other = (ViciEvent.Other) event;
            String type = other.message().text("type").orElse("no type");
            heard.add(other.name() + " " + type);
            if (type.equals("poison")) {
                throw new IllegalArgumentException(type);
            }
        }

        @Override
        public void disconnected(IOException cause) {
            heard.add("disconnected " + cause.getClass().getSimpleName());
        }

        private String next() throws InterruptedException {
            return heard.poll(AMPLE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private final Recorder recorder = new Recorder();
    private FakeCharon charon;

    @BeforeEach
    void listen(@TempDir Path directory) throws Exception {
        charon =
                new FakeCharon(directory.resolve("charon.vici"))
                        .answer("version", ViciMessage.EMPTY);
    }

    @AfterEach
    void stop() throws Exception {
        charon.close();
    }

    @Test
    void deliversEventsThatAreSubscribedTo() throws Exception {
        try (ViciEvents _ = subscribe(PATIENT)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            charon.raise("log", ALERT);
            charon.raise("alert", ALERT);
            assertThat(recorder.next()).isEqualTo("alert ts-narrowed");
        }
    }

    @Test
    void subscribesAnewAfterRestart() throws Exception {
        try (ViciEvents _ = subscribe(PATIENT)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            charon.restart();
            assertThat(recorder.next()).startsWith("disconnected ");
            assertThat(recorder.next()).isEqualTo("connected 2");
            charon.raise("alert", ALERT);
            assertThat(recorder.next()).isEqualTo("alert ts-narrowed");
        }
    }

    @Test
    void waitsForCharonToStartAndTellsItsAbsenceOnce() throws Exception {
        charon.stop();
        try (ViciEvents _ = subscribe(PATIENT)) {
            assertThat(recorder.next()).isEqualTo("disconnected ConnectException");
            charon.start();
            assertThat(recorder.next()).isEqualTo("connected 1");
        }
    }

    @Test
    void noticesCharonThatHangs() throws Exception {
        charon.on("version", (_, _) -> {});
        try (ViciEvents _ = subscribe(HASTY)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            assertThat(recorder.next()).isEqualTo("disconnected ViciTimeoutException");
            assertThat(recorder.next()).isEqualTo("connected 2");
        }
    }

    @Test
    void staysWithCharonThatIsSilentButAlive() throws Exception {
        try (ViciEvents _ = subscribe(HASTY)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            while (charon.requests().size() < 3) {
                Thread.onSpinWait();
            }
            charon.raise("alert", ALERT);
            assertThat(recorder.next()).isEqualTo("alert ts-narrowed");
        }
    }

    @Test
    void startsAfreshAfterMalformedEvent() throws Exception {
        try (ViciEvents _ =
                ViciEvents.subscribe(
                        charon.socket(), Set.of("ike-updown", "alert"), recorder, PATIENT)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            charon.raise("ike-updown", ViciMessage.EMPTY);
            assertThat(recorder.next()).isEqualTo("disconnected ViciProtocolException");
            assertThat(recorder.next()).isEqualTo("connected 2");
        }
    }

    /** The octets come as the answer to the question whether charon lives. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no octets at all,                    00000000",
        "one octet too many,                  00080001",
        "a length with the top bit,           80000000",
        "the greatest length,                 ffffffff",
        "an unknown packet type,              00000001 08",
        "the last packet type,                00000001 ff",
        "a length that ends in an event,      00000003 0705616c657274",
        "a length that ends in the next one,  00000008 0705616c657274 00000007 0705616c657274",
        "a confirmation out of turn,          00000001 05",
        "an unknown event out of turn,        00000001 06",
        "a request,                           00000002 0000",
        "a second answer,                     00000001 01 00000001 01",
        "an element that is none,             00000008 0705616c657274 09",
    })
    void startsAfreshAfter(String why, String hex) throws Exception {
        answerOnce(client -> client.sendOctets(Octets.octets(hex)));
        try (ViciEvents _ = subscribe(CURIOUS)) {
            assertThat(recorder.next()).as(why).isEqualTo("connected 1");
            assertThat(recorder.next()).as(why).isEqualTo("disconnected ViciProtocolException");
            assertHearsEventsAgain();
        }
    }

    @Test
    void startsAfreshAfterCharonDiedInMidPacket() throws Exception {
        answerOnce(
                client -> {
                    client.sendOctets(Octets.octets("00000032 0705"));
                    client.close();
                });
        try (ViciEvents _ = subscribe(CURIOUS)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            assertThat(recorder.next()).isEqualTo("disconnected EOFException");
            assertHearsEventsAgain();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "00000032", "00000032 0705", "00080000 0705616c657274"})
    void startsAfreshWhenCharonStopsInMidPacket(String hex) throws Exception {
        answerOnce(client -> client.sendOctets(Octets.octets(hex)));
        try (ViciEvents _ = subscribe(new Patience(SOON, Duration.ofSeconds(1)))) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            assertThat(recorder.next()).isEqualTo("disconnected ViciTimeoutException");
            assertHearsEventsAgain();
        }
    }

    @Test
    void startsAfreshAfterTheListenerFailed() throws Exception {
        try (ViciEvents _ = subscribe(PATIENT)) {
            assertThat(recorder.next()).isEqualTo("connected 1");
            charon.raise("alert", ViciMessage.builder().put("type", "poison").build());
            assertThat(recorder.next()).isEqualTo("alert poison");
            assertThat(recorder.next()).isEqualTo("disconnected IOException");
            assertThat(recorder.next()).isEqualTo("connected 2");
        }
    }

    @Test
    void tellsEventThatCharonDoesNotKnow() throws Exception {
        charon.withoutEvent("alert");
        try (ViciEvents _ = subscribe(PATIENT)) {
            assertThat(recorder.next()).isEqualTo("disconnected ViciUnknownEventException");
        }
    }

    @Test
    void tellsNothingMoreOnceClosed() throws Exception {
        ViciEvents events = subscribe(PATIENT);
        assertThat(recorder.next()).isEqualTo("connected 1");
        events.close();
        charon.restart();
        try (ViciEvents _ =
                ViciEvents.subscribe(charon.socket(), Set.of("log"), new Recorder(), PATIENT)) {
            assertThat(recorder.heard).isEmpty();
        }
    }

    /** What charon does when it is first asked whether it lives; after that it answers. */
    private void answerOnce(Answer answer) {
        AtomicBoolean answered = new AtomicBoolean();
        charon.on(
                "version",
                (_, client) -> {
                    if (answered.getAndSet(true)) {
                        client.respond(ViciMessage.EMPTY);
                    } else {
                        answer.to(client);
                    }
                });
    }

    private interface Answer {
        void to(FakeCharon.Client client) throws IOException;
    }

    private void assertHearsEventsAgain() throws InterruptedException {
        assertThat(recorder.next()).isEqualTo("connected 2");
        charon.raise("alert", ALERT);
        assertThat(recorder.next()).isEqualTo("alert ts-narrowed");
    }

    private ViciEvents subscribe(Patience patience) {
        return ViciEvents.subscribe(charon.socket(), Set.of("alert"), recorder, patience);
    }
}
