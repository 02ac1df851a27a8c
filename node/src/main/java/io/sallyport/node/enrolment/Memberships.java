package io.sallyport.node.enrolment;

import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The keys and certificates that make this node a member: those in use, those before them while
 * they are kept, and those being made. All of it is one file, replaced whole, so that a kill at any
 * point leaves the state before a step or after it. Changed by one thread, read by any.
 *
 * @param <A> what the provisioner answers this kind of node
 */
public final class Memberships<A extends Record> {
    private static final String FILE = "membership.json";

    /** What the enrolment left; the one file replaces them. */
    private static final List<String> ENROLMENT_SUFFIXES = List.of(".key", ".csr");

    private final StateDirectory state;
    private final KeySeal seal;
    private final Membership<A> membership;
    private final RandomGenerator random;
    private volatile Stored stored;

    /**
     * One set of keys with what the provisioner answered.
     *
     * @param renewAt when it is to be renewed; drawn once
     * @param lateAt when its renewal is late
     * @param told whether the provisioner knows that it is in force
     */
    private record Held(
            Optional<UUID> order,
            String answer,
            List<String> keys,
            Instant renewAt,
            Instant lateAt,
            boolean told) {
        Held {
            keys = List.copyOf(keys);
        }

        Held told(boolean now) {
            return new Held(order, answer, keys, renewAt, lateAt, now);
        }

        Held sealed(KeySeal seal) throws IOException {
            return new Held(order, answer, Memberships.sealed(keys, seal), renewAt, lateAt, told);
        }

        @Override
        public String toString() {
            return "Held[keys=(kept secret)]";
        }
    }

    /** Keys made for a renewal, and the answer once it came. */
    private record Made(
            Optional<UUID> order,
            List<String> keys,
            List<String> requests,
            Optional<String> answer) {
        Made {
            keys = List.copyOf(keys);
            requests = List.copyOf(requests);
        }

        Made sealed(KeySeal seal) throws IOException {
            return new Made(order, Memberships.sealed(keys, seal), requests, answer);
        }

        @Override
        public String toString() {
            return "Made[keys=(kept secret)]";
        }
    }

    private record Stored(Held current, Optional<Held> former, Optional<Made> next) {
        /** The same, with nothing in clear. */
        Stored sealed(KeySeal seal) throws IOException {
            return new Stored(
                    current.sealed(seal),
                    former.isPresent() ? Optional.of(former.get().sealed(seal)) : former,
                    next.isPresent() ? Optional.of(next.get().sealed(seal)) : next);
        }
    }

    private Memberships(
            StateDirectory state,
            KeySeal seal,
            Membership<A> membership,
            RandomGenerator random,
            Stored stored) {
        this.state = state;
        this.seal = seal;
        this.membership = membership;
        this.random = random;
        this.stored = stored;
    }

    /**
     * Those on disk, if there are any. Keys that an earlier version left in clear are sealed.
     *
     * @throws IOException if the seal is not the one that they were sealed with, or they are
     *     damaged; nothing changes
     */
    static <A extends Record> Optional<Memberships<A>> read(
            StateDirectory state, KeySeal seal, Membership<A> membership, RandomGenerator random)
            throws IOException {
        Optional<byte[]> content = state.read(FILE);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        Stored stored = WireJson.decode(content.get(), Stored.class);
        var known = new Memberships<>(state, seal, membership, random, stored);
        known.requireOpen();
        Stored sealed = stored.sealed(seal);
        if (!sealed.equals(stored)) {
            known.store(sealed);
        }
        removeEnrolment(state, membership); // after a kill in begin
        return Optional.of(known);
    }

    /** The first, of a node that has just enrolled. */
    static <A extends Record> Memberships<A> begin(
            StateDirectory state,
            KeySeal seal,
            Membership<A> membership,
            RandomGenerator random,
            A answer,
            List<KeyRequest> keys)
            throws IOException {
        List<String> sealed = new ArrayList<>();
        for (KeyRequest key : keys) {
            sealed.add(KeyRequest.sealed(key.privateKey(), seal));
        }
        Stored first =
                new Stored(
                        held(membership, random, Optional.empty(), text(answer), sealed, true),
                        Optional.empty(),
                        Optional.empty());
        state.store(FILE, WireJson.encode(first));
        removeEnrolment(state, membership);
        return new Memberships<>(state, seal, membership, random, first);
    }

    /** What this kind of node shows and gets. */
    public Membership<A> membership() {
        return membership;
    }

    /** What is in use. */
    public Member<A> current() throws IOException {
        return member(stored.current());
    }

    /** What was in use before, while it is kept. */
    public Optional<Member<A>> former() throws IOException {
        Optional<Held> former = stored.former();
        return former.isPresent() ? Optional.of(member(former.get())) : Optional.empty();
    }

    /** When what is in use is to be renewed. */
    public Instant renewAt() {
        return stored.current().renewAt();
    }

    /** When its renewal is late. */
    public Instant lateAt() {
        return stored.current().lateAt();
    }

    /** Whether the provisioner knows that it is in use. */
    public boolean isTold() {
        return stored.current().told();
    }

    /** Whether keys are being made. */
    public boolean isUnderWay() {
        return stored.next().isPresent();
    }

    /** Whether keys are being made for this order, or for none. */
    public boolean isUnderWayFor(Optional<UUID> order) {
        return stored.next().filter(made -> made.order().equals(order)).isPresent();
    }

    /** The requests of the keys being made, in PEM; none is under way: empty. */
    public List<String> requests() {
        return stored.next().map(Made::requests).orElse(List.of());
    }

    /** What was made, once the provisioner has answered. */
    public Optional<Member<A>> answered() throws IOException {
        Optional<Made> next = stored.next();
        if (next.isEmpty() || next.get().answer().isEmpty()) {
            return Optional.empty();
        }
        Made made = next.get();
        return Optional.of(member(made.order(), made.answer().orElseThrow(), made.keys()));
    }

    /** Makes keys beside those in use; what was under way is dropped. */
    public void make(Optional<UUID> order) throws IOException {
        List<String> keys = new ArrayList<>();
        List<String> requests = new ArrayList<>();
        for (String _ : membership.keys()) {
            KeyRequest made = KeyRequest.made();
            keys.add(KeyRequest.sealed(made.privateKey(), seal));
            requests.add(made.requestPem());
        }
        Made next = new Made(order, keys, requests, Optional.empty());
        store(new Stored(stored.current(), stored.former(), Optional.of(next)));
    }

    /**
     * Takes the provisioner's answer.
     *
     * @throws IOException if a certificate is not for the key it should be for; nothing changes
     */
    public void answer(A answer) throws IOException {
        Made made = stored.next().orElseThrow();
        List<String> certificates = membership.certificatesPem(answer);
        for (int i = 0; i < made.keys().size(); i++) {
            KeyRequest.of(made.keys().get(i), seal, made.requests().get(i))
                    .require(certificates.get(i));
        }
        Made next = new Made(made.order(), made.keys(), made.requests(), Optional.of(text(answer)));
        store(new Stored(stored.current(), stored.former(), Optional.of(next)));
    }

    /** Changes over to what was made and proved; what was in use is kept until it is forgotten. */
    public void changeOver() throws IOException {
        Made made = stored.next().orElseThrow();
        Held next =
                held(
                        membership,
                        random,
                        made.order(),
                        made.answer().orElseThrow(),
                        made.keys(),
                        false);
        store(new Stored(next, Optional.of(stored.current()), Optional.empty()));
    }

    /** Changes back to what was in use before. */
    public void changeBack() throws IOException {
        Held former = stored.former().orElseThrow();
        store(new Stored(former.told(false), Optional.empty(), Optional.empty()));
    }

    /** Drops what is being made. */
    public void drop() throws IOException {
        store(new Stored(stored.current(), stored.former(), Optional.empty()));
    }

    /** Destroys what was in use before. */
    public void forgetFormer() throws IOException {
        store(new Stored(stored.current(), Optional.empty(), stored.next()));
    }

    /** The provisioner knows what is in use. */
    public void told() throws IOException {
        store(new Stored(stored.current().told(true), stored.former(), stored.next()));
    }

    private void requireOpen() throws IOException {
        current();
        former();
        for (String key : stored.next().map(Made::keys).orElse(List.of())) {
            KeyRequest.key(key, seal);
        }
    }

    private static List<String> sealed(List<String> keys, KeySeal seal) throws IOException {
        List<String> sealed = new ArrayList<>();
        for (String key : keys) {
            sealed.add(
                    KeyRequest.isClear(key)
                            ? KeyRequest.sealed(KeyRequest.key(key, seal), seal)
                            : key);
        }
        return sealed;
    }

    private void store(Stored changed) throws IOException {
        state.store(FILE, WireJson.encode(changed));
        stored = changed;
    }

    private Member<A> member(Held held) throws IOException {
        return member(held.order(), held.answer(), held.keys());
    }

    private Member<A> member(Optional<UUID> order, String answer, List<String> sealed)
            throws IOException {
        List<PrivateKey> keys = new ArrayList<>();
        for (String key : sealed) {
            keys.add(KeyRequest.key(key, seal));
        }
        return new Member<>(
                order,
                WireJson.decode(answer.getBytes(StandardCharsets.UTF_8), membership.answer()),
                keys);
    }

    private static <A extends Record> Held held(
            Membership<A> membership,
            RandomGenerator random,
            Optional<UUID> order,
            String answer,
            List<String> keys,
            boolean told)
            throws IOException {
        A decoded = WireJson.decode(answer.getBytes(StandardCharsets.UTF_8), membership.answer());
        RenewalWindow window = RenewalWindow.of(membership.certificatesPem(decoded), random);
        return new Held(order, answer, keys, window.renewAt(), window.lateAt(), told);
    }

    private static String text(Record answer) {
        return new String(WireJson.encode(answer), StandardCharsets.UTF_8);
    }

    private static void removeEnrolment(StateDirectory state, Membership<?> membership)
            throws IOException {
        for (String key : membership.keys()) {
            for (String suffix : ENROLMENT_SUFFIXES) {
                state.remove(key + suffix);
            }
        }
        state.remove(Enroller.ANSWER_FILE);
        state.force();
    }
}
