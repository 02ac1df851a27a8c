package io.sallyport.concentrator;

import io.sallyport.concentrator.desired.ConcentratorState;
import io.sallyport.concentrator.enrolment.ConcentratorEnrolment;
import io.sallyport.concentrator.enrolment.NodeIdentity;
import io.sallyport.concentrator.observe.CharonWatch;
import io.sallyport.concentrator.observe.Observations;
import io.sallyport.concentrator.observe.Prober;
import io.sallyport.concentrator.reconcile.KernelBlackholeRoutes;
import io.sallyport.concentrator.reconcile.NodeCredentials;
import io.sallyport.concentrator.reconcile.ReconcileLoop;
import io.sallyport.concentrator.reconcile.Reconciler;
import io.sallyport.concentrator.renewal.IkeKeys;
import io.sallyport.concentrator.report.Reporter;
import io.sallyport.node.Jobs;
import io.sallyport.node.desired.DesiredFetcher;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.enrolment.EnrolmentRefusedException;
import io.sallyport.node.enrolment.Memberships;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.provisioner.TrustedRoots;
import io.sallyport.node.renewal.Renewer;
import io.sallyport.node.storage.KeyFile;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.vici.ViciEvent;
import io.sallyport.vici.ViciEvents;
import io.sallyport.vici.ViciSession;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.Enrolment;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import javax.net.ssl.SSLContext;

/** The process: enrols once, then runs its jobs until it is told to end. */
public final class Concentrator {
    private static final Logger LOG = System.getLogger(Concentrator.class.getName());
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int CONFIGURATION_ERROR = 2;
    private static final String ROUTES = "routes";

    private Concentrator() {}

    /**
     * Runs until SIGTERM (status 0) or until something fails that a new start may mend (status 1)
     * or cannot (status 2: wrong usage, or the enrolment secret was refused). With {@code routes}
     * before the file it sets the routes of {@link RestoredRoutes} and ends.
     *
     * @param arguments the properties file; see README.md
     */
    public static void main(String[] arguments) {
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        boolean routesAlone = arguments.length == 2 && arguments[0].equals(ROUTES);
        if (arguments.length != 1 && !routesAlone) {
            LOG.log(Level.ERROR, "usage: concentrator [{0}] FILE.properties", ROUTES);
            System.exit(CONFIGURATION_ERROR);
        }
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main), "termination"));
        int status = 0;
        try {
            Settings settings = Settings.read(Path.of(arguments[arguments.length - 1]));
            if (routesAlone) {
                restoreRoutes(settings);
            } else {
                run(settings);
            }
        } catch (InterruptedException | InterruptedIOException _) {
            // Told to end. Nothing is logged: java.util.logging ends on SIGTERM, too.
        } catch (EnrolmentRefusedException e) {
            LOG.log(Level.ERROR, "not enrolled: {0}", e.getMessage());
            status = CONFIGURATION_ERROR;
        } catch (IOException e) {
            LOG.log(Level.ERROR, "cannot go on: {0}", e.toString());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static void restoreRoutes(Settings settings) throws IOException {
        try (StateDirectory state = StateDirectory.open(settings.state())) {
            int routes = RestoredRoutes.restore(state, new KernelBlackholeRoutes());
            LOG.log(Level.INFO, "{0} networks of branches have a blackhole route", routes);
        }
    }

    private static void run(Settings settings) throws IOException, InterruptedException {
        String root = Files.readString(settings.ca(), StandardCharsets.US_ASCII);
        try (StateDirectory state = StateDirectory.open(settings.state())) {
            StatusFile.clear(state);
            run(settings, root, state, enrol(settings, root, state));
        }
    }

    private static Memberships<Enrolment.Answer> enrol(
            Settings settings, String root, StateDirectory state) throws IOException {
        ConcentratorEnrolment enrolment =
                new ConcentratorEnrolment(
                        state,
                        KeySeal.at(
                                KeyFile.of(settings.keyFile(), settings.state(), System.getenv())),
                        settings.apiUrl(),
                        settings.enrolmentSecretFile(),
                        backoff(Duration.ofSeconds(10)),
                        new SecureRandom());
        try (ProvisionerConnection api = new ProvisionerConnection(ProvisionerTls.trusting(root))) {
            return enrolment.enrol(api);
        }
    }

    private static void run(
            Settings settings,
            String root,
            StateDirectory state,
            Memberships<Enrolment.Answer> memberships)
            throws IOException, InterruptedException {
        NodeIdentity node = NodeIdentity.of(memberships.current());
        UUID boot = UUID.randomUUID();
        DesiredStore<DesiredState> desired = ConcentratorState.open(state, node.concentrator());
        TrustedRoots roots = new TrustedRoots(root, () -> ConcentratorState.authorities(desired));
        SSLContext tls =
                ProvisionerTls.mutual(roots.get(), node.clientKey(), node.clientChainPem());
        Clock clock = Clock.systemUTC();
        Instant startedAt = clock.instant();
        Observations observations = new Observations(clock);
        desired.current().ifPresent(observations::wanted);
        Prober prober = new Prober(observations::reply, observations::silence);
        NodeParts parts = new NodeParts();
        try (ViciSession commands = new ViciSession(settings.viciSocket());
                ViciSession questions = new ViciSession(settings.viciSocket());
                ProvisionerConnection polls = new ProvisionerConnection(tls);
                ProvisionerConnection posts = new ProvisionerConnection(tls);
                ProvisionerConnection renewals = new ProvisionerConnection(tls)) {
            Reconciler reconciler =
                    new Reconciler(
                            commands,
                            parts::keys,
                            new KernelBlackholeRoutes(),
                            state,
                            observations::liveNames,
                            observations::isAuthenticatedAfter,
                            observations);
            ReconcileLoop loop =
                    new ReconcileLoop(
                            desired::current, reconciler, List.of(observations, prober, parts));
            IkeKeys keys =
                    new IkeKeys(
                            new NodeCredentials(node.ikeKey(), node.ikeCertificatePem()),
                            settings.viciSocket(),
                            Reconciler.LIMITS,
                            reconciler::inForce,
                            loop::wake,
                            clock);
            Renewer<Enrolment.Answer> renewer =
                    new Renewer<>(
                            memberships,
                            roots,
                            List.of(renewals, polls, posts),
                            () -> desired.current().flatMap(DesiredState::keys),
                            keys,
                            clock,
                            backoff(Duration.ofSeconds(30)));
            parts.are(keys, renewer);
            CharonWatch watch = new CharonWatch(questions, observations, loop::wake);
            DesiredFetcher fetcher =
                    new DesiredFetcher(
                            polls,
                            internal(node, "desired"),
                            desired,
                            backoff(Duration.ofSeconds(10)),
                            DesiredFetcher.LIMIT,
                            () -> {
                                loop.wake();
                                renewer.wake();
                            });
            Reporter reporter =
                    new Reporter(
                            posts,
                            internal(node, "reports"),
                            boot,
                            observations,
                            backoff(Duration.ofSeconds(3)));
            StatusFile status =
                    new StatusFile(
                            state,
                            () ->
                                    Status.of(
                                            startedAt,
                                            clock.instant(),
                                            boot,
                                            node.concentrator(),
                                            desired.version(),
                                            observations.summary(),
                                            fetcher.contact(),
                                            reporter.contact(),
                                            renewer.problem()));
            LOG.log(Level.INFO, "concentrator {0}, boot {1}", node.concentrator(), boot);

            Jobs jobs = new Jobs();
            try (ViciEvents _ =
                    ViciEvents.subscribe(settings.viciSocket(), ViciEvent.TYPED, watch)) {
                jobs.start("reconcile", loop::run);
                jobs.start("watch", watch::run);
                jobs.start("probe", prober::run);
                jobs.start("fetch", fetcher::run);
                jobs.start("report", reporter::run);
                jobs.start("renew", renewer::run);
                jobs.start("tick", () -> tick(observations, status));
                jobs.awaitFailure();
                throw new IOException("a job failed");
            } finally {
                jobs.stop(PATIENCE);
            }
        }
    }

    private static void tick(Observations observations, StatusFile status)
            throws InterruptedException {
        while (true) {
            observations.tick();
            status.update();
            Thread.sleep(TICK);
        }
    }

    private static URI internal(NodeIdentity node, String resource) {
        return node.internalUrl()
                .resolve(
                        "/internal/v1/concentrators/%s/%s"
                                .formatted(node.concentrator(), resource));
    }

    private static Backoff backoff(Duration longest) {
        return new Backoff(Duration.ofMillis(250), longest, new SecureRandom());
    }

    /** SIGTERM: lets main end what it began, which then halts the process. */
    private static void end(Thread main) {
        main.interrupt();
        try {
            main.join(PATIENCE.plusSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
