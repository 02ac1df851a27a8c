package io.sallyport.node.renewal;

import io.sallyport.node.enrolment.Member;
import io.sallyport.node.enrolment.Membership;
import io.sallyport.node.enrolment.Memberships;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerConnection.Answer;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;
import io.sallyport.wire.KeysInForce;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

/**
 * Renews this node's keys. Runs on one thread of its own until that is interrupted.
 *
 * <p>The steps, each of which survives a kill: keys made; certificates asked for with the
 * certificate in force; the new ones proved, the client's by a request that shows it and the
 * other's by its user; changed over, on disk and then in the process; the provisioner told; the old
 * ones destroyed, unless the order may still want them back.
 *
 * @param <A> what the provisioner answers this kind of node
 */
public final class Renewer<A extends Record> {
    private static final Logger LOG = System.getLogger(Renewer.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MAX_ANSWER_OCTETS = 256 * 1024;

    private final Memberships<A> memberships;
    private final Membership<A> membership;
    private final Supplier<String> roots;
    private final List<ProvisionerConnection> connections;
    private final Supplier<Optional<KeyOrder>> order;
    private final KeyUser<A> user;
    private final Clock clock;
    private final Backoff backoff;
    private final Semaphore wake = new Semaphore(0);
    private boolean inUse = true;
    private String rootsInUse;
    private volatile Optional<String> problem = Optional.empty();

    /**
     * @param roots PEM of the internal roots, which may change
     * @param connections show the client certificate in force and trust the roots, and are told
     *     here when these are others; the first is used by nobody else
     * @param order of the desired state in force
     */
    public Renewer(
            Memberships<A> memberships,
            Supplier<String> roots,
            List<ProvisionerConnection> connections,
            Supplier<Optional<KeyOrder>> order,
            KeyUser<A> user,
            Clock clock,
            Backoff backoff) {
        this.memberships = memberships;
        this.membership = memberships.membership();
        this.roots = roots;
        this.rootsInUse = roots.get();
        this.connections = List.copyOf(connections);
        this.order = order;
        this.user = user;
        this.clock = clock;
        this.backoff = backoff;
    }

    /** Asks for a look now: the desired state changed, or keys came into force. For any thread. */
    public void wake() {
        wake.release();
    }

    /** What is wrong with the renewal, for people. For any thread. */
    public Optional<String> problem() {
        return clock.instant().isBefore(memberships.lateAt())
                ? problem
                : problem.or(() -> Optional.of("the renewal of this node's keys is late"));
    }

    /** Looks until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            Duration pause = INTERVAL;
            try {
                look();
                backoff.reset();
                problem = Optional.empty();
            } catch (InterruptedIOException _) {
                throw new InterruptedException();
            } catch (IOException e) {
                complain("the node's keys are not renewed: " + e.getMessage());
                pause = backoff.next();
            }
            if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    /**
     * Goes on with what is under way, and begins what is due.
     *
     * @throws IOException if a step failed; the next look tries it again
     */
    void look() throws IOException {
        followRoots();
        Optional<KeyOrder> wanted = order.get();
        Optional<UUID> present = memberships.current().order();
        if (wanted.isPresent() && wanted.get().verdict() == Verdict.RETURN) {
            undo(Optional.of(wanted.get().id()));
        } else if (wanted.isPresent() && !present.equals(wanted.map(KeyOrder::id))) {
            renew(wanted.map(KeyOrder::id));
        } else if (!clock.instant().isBefore(memberships.renewAt())) {
            renew(Optional.empty());
        } else if (memberships.isUnderWay()) {
            memberships.drop(); // for an order that is no more
        }
        use();
        tell();
        forgetFormer(wanted);
    }

    private void renew(Optional<UUID> forOrder) throws IOException {
        if (!memberships.isUnderWayFor(forOrder)) {
            memberships.make(forOrder);
        }
        Optional<Member<A>> answered = memberships.answered();
        if (answered.isEmpty()) {
            memberships.answer(ask(forOrder));
            answered = memberships.answered();
        }
        Member<A> next = answered.orElseThrow();
        prove(next);
        user.prove(next);
        memberships.changeOver();
        inUse = false;
        LOG.log(Level.INFO, "new keys are in use{0}", forOrder.map(id -> ", " + id).orElse(""));
    }

    private void undo(Optional<UUID> id) throws IOException {
        if (memberships.isUnderWayFor(id)) {
            memberships.drop();
        }
        Optional<Member<A>> former = memberships.former();
        if (memberships.current().order().equals(id) && former.isPresent()) {
            memberships.changeBack();
            inUse = false;
            LOG.log(Level.INFO, "the former keys are in use again");
        }
    }

    private A ask(Optional<UUID> forOrder) throws IOException {
        String query = forOrder.map(id -> "?order=" + id).orElse("");
        HttpRequest request =
                post(
                        URI.create(resource("renewals") + query),
                        membership.request(memberships.requests()));
        Answer answer = connections.getFirst().exchange(request, LIMIT, MAX_ANSWER_OCTETS);
        if (answer.status() != 200) {
            throw new IOException("asking for certificates: status " + answer.status());
        }
        return WireJson.decode(answer.body(), membership.answer());
    }

    /** The client certificate is good when the provisioner takes it. */
    private void prove(Member<A> next) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(resource("renewals")).GET().build();
        try (ProvisionerConnection trial = new ProvisionerConnection(tls(next))) {
            int status = trial.exchange(request, LIMIT, MAX_ANSWER_OCTETS).status();
            if (status != 204) {
                throw new IOException("the new client certificate is refused: status " + status);
            }
        }
    }

    /** Before anything is asked: the provisioner may show a certificate of another root now. */
    private void followRoots() throws IOException {
        String present = roots.get();
        if (!present.equals(rootsInUse)) {
            connect(memberships.current());
            rootsInUse = present;
            LOG.log(Level.INFO, "the provisioner is trusted by other roots");
        }
    }

    /** After a change on disk; a process that starts uses what is there. */
    private void use() throws IOException {
        if (inUse) {
            return;
        }
        Member<A> member = memberships.current();
        connect(member);
        user.use(member);
        inUse = true;
    }

    private void connect(Member<A> member) throws IOException {
        SSLContext tls = tls(member);
        connections.forEach(connection -> connection.use(tls));
    }

    private void tell() throws IOException {
        Optional<Instant> since = user.inForce();
        if (memberships.isTold() || since.isEmpty()) {
            return;
        }
        HttpRequest request = post(resource("renewals/in-force"), new KeysInForce(since.get()));
        int status = connections.getFirst().exchange(request, LIMIT, MAX_ANSWER_OCTETS).status();
        if (status != 204) {
            throw new IOException("telling which keys are in force: status " + status);
        }
        memberships.told();
    }

    private void forgetFormer(Optional<KeyOrder> wanted) throws IOException {
        boolean onTrial =
                wanted.filter(it -> it.verdict() == Verdict.TRY).map(KeyOrder::id).isPresent()
                        && memberships.current().order().equals(wanted.map(KeyOrder::id));
        if (memberships.isTold() && !onTrial && memberships.former().isPresent()) {
            memberships.forgetFormer();
            LOG.log(Level.INFO, "the former keys are destroyed");
        }
    }

    private SSLContext tls(Member<A> member) throws IOException {
        return ProvisionerTls.mutual(
                roots.get(),
                member.keys().getFirst(),
                membership.certificatesPem(member.answer()).getFirst());
    }

    private URI resource(String name) throws IOException {
        return membership.resource(memberships.current().answer(), name);
    }

    private static HttpRequest post(URI url, Record body) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(WireJson.encode(body)))
                .build();
    }

    /** Tells what changed, not each attempt. */
    private void complain(String text) {
        if (!problem.equals(Optional.of(text))) {
            LOG.log(Level.WARNING, text);
        }
        problem = Optional.of(text);
    }
}
