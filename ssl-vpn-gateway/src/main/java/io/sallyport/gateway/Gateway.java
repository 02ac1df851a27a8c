package io.sallyport.gateway;

import io.sallyport.gateway.admin.AdminServer;
import io.sallyport.gateway.admin.AdminToken;
import io.sallyport.gateway.datapath.DataPath;
import io.sallyport.gateway.datapath.NanoClock;
import io.sallyport.gateway.datapath.PacketFilter;
import io.sallyport.gateway.datapath.tun.TunDevice;
import io.sallyport.gateway.datapath.udp.UdpPort;
import io.sallyport.gateway.privilege.Privileges;
import io.sallyport.gateway.privilege.SystemUser;
import io.sallyport.gateway.provisioner.Enrolling;
import io.sallyport.gateway.provisioner.GatewayDesired;
import io.sallyport.gateway.provisioner.GatewayIdentity;
import io.sallyport.gateway.session.AddressPool;
import io.sallyport.gateway.session.SessionCookies;
import io.sallyport.gateway.tls.DtlsAcceptor;
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
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.GatewayState;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * The process. As root: enrols once, learns its state, opens the device and the ports. Then it
 * gives root up for good and serves until it is told to end.
 */
public final class Gateway {
    private static final Logger LOG = System.getLogger(Gateway.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int CONFIGURATION_ERROR = 2;
    private static final int BACKLOG = 1024;

    /** Clients that come back after a restart wait as long; without it they wait for the JIT. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private Gateway() {}

    /**
     * Runs until SIGTERM or the end of a drain (status 0), or until something fails that a new
     * start may mend (status 1) or cannot (status 2: wrong usage or configuration, or the enrolment
     * secret was refused).
     *
     * @param arguments the properties file; see README.md
     */
    public static void main(String[] arguments) {
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        if (arguments.length != 1) {
            LOG.log(Level.ERROR, "usage: ssl-vpn-gateway FILE.properties");
            System.exit(CONFIGURATION_ERROR);
        }
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main), "termination"));
        int status = 0;
        try {
            run(Settings.read(Path.of(arguments[0])));
        } catch (InterruptedException | InterruptedIOException _) {
            // Told to end. Nothing is logged: java.util.logging ends on SIGTERM, too.
        } catch (ConfigurationException e) {
            LOG.log(Level.ERROR, "event=not-started cause=\"{0}\"", e.getMessage());
            status = CONFIGURATION_ERROR;
        } catch (EnrolmentRefusedException e) {
            LOG.log(Level.ERROR, "event=not-enrolled cause=\"{0}\"", e.getMessage());
            status = CONFIGURATION_ERROR;
        } catch (IOException e) {
            LOG.log(Level.ERROR, "event=cannot-go-on cause=\"{0}\"", e.toString());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static void run(Settings settings) throws IOException, InterruptedException {
        Optional<SystemUser> user = user(settings);
        String root = Files.readString(settings.ca(), StandardCharsets.US_ASCII);
        SecureRandom random = new SecureRandom();
        try (StateDirectory state = StateDirectory.open(settings.state())) {
            StatusFiles.clear(state);
            KeySeal seal =
                    KeySeal.at(KeyFile.of(settings.keyFile(), settings.state(), System.getenv()));
            Memberships<GatewayEnrolment.Answer> memberships =
                    enrol(settings, root, state, seal, random);
            SessionCookies cookies = SessionCookies.open(state, seal, random);
            GatewayIdentity node = GatewayIdentity.of(memberships.current());
            DesiredStore<GatewayState> desired = GatewayDesired.open(state, node.gateway());
            TrustedRoots roots =
                    new TrustedRoots(
                            root,
                            () ->
                                    desired.current()
                                            .map(GatewayState::clientAuthoritiesPem)
                                            .orElse(""));
            SSLContext mutual =
                    ProvisionerTls.mutual(roots.get(), node.clientKey(), node.clientChainPem());
            Changes changes = new Changes();
            Jobs jobs = new Jobs();
            try (ProvisionerConnection polls = new ProvisionerConnection(mutual);
                    ProvisionerConnection posts = new ProvisionerConnection(mutual);
                    ProvisionerConnection logins = new ProvisionerConnection(mutual);
                    ProvisionerConnection renewals = new ProvisionerConnection(mutual)) {
                DesiredFetcher fetcher =
                        new DesiredFetcher(
                                polls,
                                node.resource("desired"),
                                desired,
                                backoff(Duration.ofSeconds(10)),
                                DesiredFetcher.LIMIT,
                                changes);
                jobs.start("fetch", fetcher::run);
                changes.awaitFirst(desired);
                GatewayState first = desired.current().orElseThrow();
                AddressPool v4 = new AddressPool(first.poolV4());
                Optional<AddressPool> v6 = first.poolV6().map(AddressPool::new);

                // Whatever needs root, and nothing of the network's in between.
                TunDevice tun = TunDevice.open(settings.tun());
                UdpPort udp = UdpPort.open(settings.udp());
                try (ServerSocketChannel tcp = ServerSocketChannel.open()) {
                    tcp.bind(settings.tcp(), BACKLOG);
                    TunInterface.configure(tun.name(), v4, v6);
                    AdminToken token = AdminToken.open(state, random);
                    if (user.isPresent()) {
                        Privileges.give(settings.state(), user.get());
                        Privileges.drop(user.get());
                    }
                    try (DataPath dataPath =
                            DataPath.start(tun, udp, new DtlsAcceptor(), NanoClock.system())) {
                        Assembly assembly =
                                Assembly.of(
                                        Clock.systemUTC(),
                                        random,
                                        state,
                                        cookies,
                                        node,
                                        desired,
                                        v4,
                                        v6,
                                        dataPath::attach,
                                        dataPath::counts,
                                        PacketFilter::compile,
                                        logins,
                                        posts);
                        assembly.warmUp(WARM_UP);
                        try (AdminServer admin =
                                new AdminServer(settings.admin(), token, assembly.service())) {
                            Ports ports =
                                    new Ports(
                                            tcp.socket().getLocalPort(),
                                            udp.port(),
                                            admin.address().getPort());
                            Renewer<GatewayEnrolment.Answer> renewer =
                                    new Renewer<>(
                                            memberships,
                                            roots,
                                            List.of(renewals, polls, posts, logins),
                                            () -> desired.current().flatMap(GatewayState::keys),
                                            new ServerKeys(
                                                    desired, assembly.service(), Clock.systemUTC()),
                                            Clock.systemUTC(),
                                            backoff(Duration.ofSeconds(30)));
                            assembly.renewal(renewer::problem);
                            changes.follow(
                                    () -> {
                                        assembly.service().apply();
                                        renewer.wake();
                                    });
                            jobs.start("renew", renewer::run);
                            assembly.run(jobs, tcp, ports, fetcher::contact);
                        } finally {
                            assembly.stop(jobs, PATIENCE);
                        }
                    }
                }
            }
        }
    }

    /** Whom to become. Root has to become somebody. */
    private static Optional<SystemUser> user(Settings settings) throws ConfigurationException {
        boolean root = Privileges.areRoots();
        if (root && settings.user().isEmpty()) {
            throw new ConfigurationException("expected the key user: root's rights are not kept");
        }
        try {
            return root ? Optional.of(SystemUser.named(settings.user().get())) : Optional.empty();
        } catch (IOException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    private static Memberships<GatewayEnrolment.Answer> enrol(
            Settings settings, String root, StateDirectory state, KeySeal seal, SecureRandom random)
            throws IOException {
        Enrolling enrolling =
                new Enrolling(
                        state,
                        seal,
                        settings.apiUrl(),
                        settings.enrolmentSecretFile(),
                        backoff(Duration.ofSeconds(10)),
                        random);
        try (ProvisionerConnection api = new ProvisionerConnection(ProvisionerTls.trusting(root))) {
            return enrolling.enrol(api);
        }
    }

    static Backoff backoff(Duration longest) {
        return new Backoff(Duration.ofMillis(250), longest, new SecureRandom());
    }

    /** SIGTERM: lets main end what it began, which then halts the process. */
    private static void end(Thread main) {
        main.interrupt();
        try {
            main.join(PATIENCE.multipliedBy(3));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
