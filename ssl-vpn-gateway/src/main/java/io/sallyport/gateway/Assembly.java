package io.sallyport.gateway;

import io.sallyport.gateway.cstp.LoginWarmUp;
import io.sallyport.gateway.datapath.DataPathWarmUp;
import io.sallyport.gateway.datapath.PacketFilter;
import io.sallyport.gateway.listener.AcceptLimits;
import io.sallyport.gateway.listener.Listener;
import io.sallyport.gateway.provisioner.EventQueue;
import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.provisioner.Logins;
import io.sallyport.gateway.provisioner.SessionReporter;
import io.sallyport.gateway.session.AddressPool;
import io.sallyport.gateway.session.Addresses;
import io.sallyport.gateway.session.Offers;
import io.sallyport.gateway.session.SessionCookies;
import io.sallyport.gateway.session.SessionFiles;
import io.sallyport.gateway.session.SessionTable;
import io.sallyport.gateway.session.Tunnels;
import io.sallyport.gateway.tls.TlsAcceptor;
import io.sallyport.gateway.tls.TlsWarmUp;
import io.sallyport.node.Jobs;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerContact;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GatewayState;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** The parts of the gateway, put together; all that is left are sockets, device and signals. */
final class Assembly {
    private static final Logger LOG = System.getLogger(Assembly.class.getName());
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int EVENTS = 50_000;

    /** Of the time to warm up, one in so many parts is for the documents of a login. */
    private static final int LOGINS_SHARE = 6;

    /** And one in so many for the packets of a tunnel. */
    private static final int PACKETS_SHARE = 3;

    private final Clock clock;
    private final Instant startedAt;
    private final StateDirectory state;
    private final GatewayIdentity node;
    private final DesiredStore<GatewayState> desired;
    private final StateDirectory sessionFiles;
    private final ExecutorService disk;
    private final SessionTable sessions;
    private final SessionReporter reporter;
    private final Counts counts;
    private final AcceptLimits limits;
    private final GatewayService service;
    private final AtomicLong inForce;
    private volatile Supplier<Optional<String>> renewal = Optional::empty;

    private Assembly(
            Clock clock,
            StateDirectory state,
            GatewayIdentity node,
            DesiredStore<GatewayState> desired,
            StateDirectory sessionFiles,
            ExecutorService disk,
            SessionTable sessions,
            SessionReporter reporter,
            Counts counts,
            AcceptLimits limits,
            GatewayService service,
            AtomicLong inForce) {
        this.clock = clock;
        this.startedAt = clock.instant();
        this.state = state;
        this.node = node;
        this.desired = desired;
        this.sessionFiles = sessionFiles;
        this.disk = disk;
        this.sessions = sessions;
        this.reporter = reporter;
        this.counts = counts;
        this.limits = limits;
        this.service = service;
        this.inForce = inForce;
    }

    /**
     * @param desired has a state
     * @param dataPath what it counted, for operators
     * @throws IOException if the state directory cannot be used, or the certificates of the state
     *     cannot
     */
    static Assembly of(
            Clock clock,
            SecureRandom random,
            StateDirectory state,
            SessionCookies cookies,
            GatewayIdentity node,
            DesiredStore<GatewayState> desired,
            AddressPool v4,
            Optional<AddressPool> v6,
            Tunnels tunnels,
            Supplier<Map<String, Long>> dataPath,
            Function<List<FirewallRule>, PacketFilter> compiler,
            ProvisionerConnection logins,
            ProvisionerConnection posts)
            throws IOException {
        GatewayState first = desired.current().orElseThrow();
        TlsAcceptor tls;
        try {
            tls = new TlsAcceptor(ServerCredentials.ofRenewed(first, node), clock);
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate to serve with: " + e.getMessage(), e);
        }
        ExecutorService disk =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().name("disk").factory());
        StateDirectory sessionFiles = state.subdirectory("sessions");
        Addresses addresses =
                new Addresses(v4, v6, OpenFiles.sessions(GatewayService.WITHOUT_TUNNEL));
        EventQueue events = new EventQueue(EVENTS);
        SessionTable sessions =
                new SessionTable(
                        clock,
                        cookies,
                        addresses,
                        new SessionFiles(sessionFiles),
                        disk,
                        tunnels,
                        events,
                        new Offers(random, addresses, compiler, first));
        Counts counts = new Counts();
        AcceptLimits limits = GatewayService.acceptLimits();
        AtomicLong inForce = new AtomicLong();
        GatewayService service =
                new GatewayService(
                        desired,
                        node,
                        tls,
                        sessions,
                        new Logins(logins, node.internalUrl().resolve("/internal/v1/logins")),
                        counts,
                        new MetricsPage(sessions, counts, limits, events, dataPath, inForce::get)
                                ::text,
                        inForce);
        SessionReporter reporter =
                new SessionReporter(
                        posts,
                        node.resource("reports"),
                        events,
                        Gateway.backoff(Duration.ofSeconds(5)));
        return new Assembly(
                clock,
                state,
                node,
                desired,
                sessionFiles,
                disk,
                sessions,
                reporter,
                counts,
                limits,
                service,
                inForce);
    }

    GatewayService service() {
        return service;
    }

    /** How the renewal of the node's keys goes, for the status. */
    void renewal(Supplier<Optional<String>> problem) {
        renewal = problem;
    }

    SessionTable sessions() {
        return sessions;
    }

    /**
     * Makes the JIT compile what clients need, with handshakes, logins and packets of our own.
     *
     * @throws IOException if a handshake with ourselves fails, as it then would with everybody
     */
    void warmUp(Duration length) throws IOException {
        try {
            int logins = LoginWarmUp.run(clock, length.dividedBy(LOGINS_SHARE));
            LOG.log(Level.INFO, "event=warmed-up logins={0}", Integer.toString(logins));
            DataPathWarmUp.Done packets =
                    DataPathWarmUp.run(length.dividedBy(PACKETS_SHARE), new SecureRandom());
            LOG.log(Level.INFO, "event=warmed-up {0}", packets);
            TlsWarmUp.Done done =
                    TlsWarmUp.run(
                            ServerCredentials.ofRenewed(desired.current().orElseThrow(), node),
                            clock,
                            length.minus(length.dividedBy(LOGINS_SHARE))
                                    .minus(length.dividedBy(PACKETS_SHARE)));
            LOG.log(Level.INFO, "event=warmed-up {0}", done);
            // What warming up left behind would be dragged along until the heap is full, which may
            // be never; before there are clients nobody waits for this.
            System.gc();
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate to serve with: " + e.getMessage(), e);
        }
    }

    /**
     * Serves until the thread is interrupted or a drain is over.
     *
     * @param fetched how the desired state was fetched last
     * @throws IOException if a job fails
     */
    void run(Jobs jobs, ServerSocketChannel tcp, Ports ports, Supplier<ProvisionerContact> fetched)
            throws IOException, InterruptedException {
        try (Listener listener = new Listener(tcp, limits, service, counts.rejects)) {
            jobs.start("report", reporter::run);
            jobs.start("tick", () -> tick(ports, fetched));
            jobs.startPlatform("accept", listener::run);
            LOG.log(
                    Level.INFO,
                    "event=ready gateway={0} tcp={1} udp={2} admin={3}",
                    node.gateway(),
                    Integer.toString(ports.tcp()),
                    Integer.toString(ports.udp()),
                    Integer.toString(ports.admin()));
            Thread main = Thread.currentThread();
            Thread drain =
                    Thread.ofVirtual()
                            .name("drained")
                            .start(
                                    () -> {
                                        try {
                                            service.awaitDrained();
                                            main.interrupt();
                                        } catch (InterruptedException _) {
                                            // the gateway ends for another reason
                                        }
                                    });
            try {
                jobs.awaitFailure();
            } finally {
                drain.interrupt();
            }
            throw new IOException("a job failed");
        }
    }

    /**
     * Ends the jobs, closes all tunnels so that their clients come back to the next process, and
     * tells the provisioner what was carried.
     */
    void stop(Jobs jobs, Duration atMost) {
        // Interrupted once: told to end. What is left to do is short and has its own bound.
        boolean interrupted = Thread.interrupted();
        jobs.stop(atMost.dividedBy(4));
        sessions.closeAll();
        disk.shutdown();
        try {
            sessions.awaitNoneCarries(atMost.dividedBy(4));
            disk.awaitTermination(1, TimeUnit.SECONDS);
            sessionFiles.close();
        } catch (InterruptedException _) {
            interrupted = true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the session files are not closed: {0}", e.toString());
        }
        reporter.flush(atMost.dividedBy(2));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick(Ports ports, Supplier<ProvisionerContact> fetched)
            throws InterruptedException {
        IdleHeap heap = IdleHeap.ofThisJvm();
        StatusFiles status = new StatusFiles(state);
        while (true) {
            sessions.tick();
            SessionTable.Count count = sessions.count();
            heap.look(count.live());
            status.update(status(ports, fetched.get(), count));
            Thread.sleep(TICK);
        }
    }

    private Status status(Ports ports, ProvisionerContact fetched, SessionTable.Count count) {
        List<String> problems = new ArrayList<>(service.problems());
        fetched.problem().ifPresent(problems::add);
        renewal.get().ifPresent(problems::add);
        reporter.contact().problem().ifPresent(problems::add);
        return new Status(
                startedAt,
                clock.instant(),
                node.gateway(),
                true,
                fetched.reached(),
                inForce.get(),
                ports.tcp(),
                ports.udp(),
                ports.admin(),
                count.live(),
                count.away(),
                sessions.closedForLogins(),
                problems);
    }
}
