package io.sallyport.lab.bench;

import io.sallyport.lab.Lab;
import io.sallyport.lab.load.ManySessions;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.GatewayTraining;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;
import io.sallyport.lab.product.Teleworker.ClientCertificate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How many sessions the gateway holds: 5,000 first, of which a thousand leave while as many others
 * come, then more until a login or an echo fails, or a bound is reached. The client is our own, TLS
 * alone: 5,000 stock clients would not fit. No peer.
 */
final class GatewayLoad implements Benchmark {
    private static final int STEP = 1_000;
    private static final int CHURN = 1_000;

    /** A login looks at all sessions that its teleworker has; nobody has thousands. */
    private static final int TELEWORKERS = 50;

    private static final int GOAL = 5_000;

    /** A client's host has 28,232 ports for connections to one address (Linux's usual range). */
    private static final int AT_MOST = 25_000;

    private static final String LOST_UNREAD = "kind=\"tun_frames_lost_unread\"";
    private static final String TOO_SLOW = "reason=\"client_too_slow\"";
    private static final Duration ALL_LOGINS = Duration.ofMinutes(8);
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int IDLE_SECONDS = 5;

    /** What the queue of the TUN device holds without loss. */
    private static final int ECHOES_AT_ONCE = 200;

    @Override
    public String name() {
        return "gateway-load";
    }

    @Override
    public String description() {
        return "sessions of one gateway, by a client of our own, until the limit; goal: 5,000";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(0, 1, progress::say);
                ProvisionerProcess provisioner = ProvisionerProcess.start(lab)) {
            try {
                return measure(lab, provisioner, progress);
            } catch (RuntimeException e) {
                progress.say("logs: " + lab.collectLogs());
                throw e;
            }
        }
    }

    private static List<Row> measure(Lab lab, ProvisionerProcess provisioner, Progress progress) {
        ProvisionerApi customer = provisioner.customer();
        customer.group(
                "load",
                """
                {"name":"load","factors":["CERTIFICATE"],"includeRoutes":["10.10.0.0/24"],
                 "dpdSeconds":300,"keepaliveSeconds":600,"maximumSessionsPerUser":65535}
                """);
        List<ClientCertificate> teleworkers = new ArrayList<>();
        for (int i = 0; i < TELEWORKERS; i++) {
            Teleworker each = Teleworker.create(customer, "load" + i, false, "load");
            teleworkers.add(each.issueCertificate(customer));
        }
        GatewayTraining.await();
        GatewayProcess gateway = GatewayProcess.register(lab.gateway(), provisioner);
        gateway.start();
        gateway.awaitListening();
        ManySessions.Remote clients =
                ManySessions.start(
                        lab.teleworker(1),
                        lab.gateway().internetAddress(),
                        "load",
                        gateway.rootPem(),
                        teleworkers);
        Parts parts =
                new Parts(
                        ServerProcesses.on(lab.teleworker(1), clients.process().pidFile()),
                        ServerProcesses.on(gateway.host(), gateway.process().pidFile()),
                        ServerProcesses.of(provisioner));
        List<Step> steps = new ArrayList<>();
        double churnRate = 0;
        long end = System.nanoTime() + ALL_LOGINS.toNanos();
        Step last;
        do {
            last = Step.take(clients, parts, lab.concentratorLan().address());
            steps.add(last);
            progress.say(last.toString());
            if (churnRate == 0 && last.sessions() >= GOAL) {
                progress.say(Storm.of(lab, gateway, clients).toString());
                churnRate = churn(clients, lab.concentratorLan().address(), progress);
            }
        } while (last.allWell() && last.sessions() < AT_MOST && System.nanoTime() - end < 0);
        progress.say("ended by: " + last.limit(clients));
        progress.say("the gateway has " + descriptors(gateway));
        Step reached =
                steps.stream().filter(Step::allWell).reduce((_, later) -> later).orElse(last);
        Step first = steps.getFirst();
        return List.of(
                row("load-sessions", "", reached.answered()),
                row("load-login-rate", "1/s", reached.loginsPerSecond()),
                row("load-churn-rate", "1/s", churnRate),
                row(
                        "load-memory-per-session",
                        "kB",
                        (reached.kilobytes() - first.kilobytes())
                                / Math.max(1.0, reached.sessions() - first.sessions())),
                row("load-memory", "MB", reached.kilobytes() / 1024.0),
                row("load-idle-cpu", "ms/s", reached.idleCpu()));
    }

    private static String descriptors(GatewayProcess gateway) {
        return gateway.host()
                .shell(
                        DEADLINE,
                        """
                        cd /proc/$(cat %s)
                        echo "$(ls fd | wc -l) of $(awk '/open files/ {print $4}' limits) descriptors"
                        """
                                .formatted(gateway.process().pidFile()))
                .strip();
    }

    /**
     * @return how many sessions a second left while as many others came
     */
    private static double churn(ManySessions.Remote clients, String target, Progress progress) {
        Map<String, Double> churned = clients.ask("churn " + CHURN, DEADLINE);
        Map<String, Double> echoed = echo(clients, target, ECHOES_AT_ONCE);
        double rate = CHURN / churned.get("seconds");
        progress.say(
                String.format(
                        Locale.ROOT,
                        "%d left and came (%.0f failed), %.0f/s; %.0f of %.0f echoes",
                        CHURN,
                        churned.get("failed"),
                        rate,
                        echoed.get("answered"),
                        echoed.get("asked")));
        return rate;
    }

    private static Map<String, Double> echo(
            ManySessions.Remote clients, String target, int atOnce) {
        return clients.ask("echo %s %d".formatted(target, atOnce), DEADLINE);
    }

    /**
     * All sessions ask for an echo at once: how far the requests and the replies come.
     *
     * @param asked requests
     * @param atTarget of them, those that the host behind the gateway saw
     * @param lostUnread replies that the TUN device's queue had no room for
     * @param tooSlow replies that were not sealed because a client did not read
     * @param answered replies that came
     */
    private record Storm(long asked, long atTarget, long lostUnread, long tooSlow, long answered) {
        static Storm of(Lab lab, GatewayProcess gateway, ManySessions.Remote clients) {
            long requests = requests(lab);
            long lost = gateway.counter("sallyport_gateway_data_path_total", LOST_UNREAD);
            long slow = gateway.counter("sallyport_gateway_drops_total", TOO_SLOW);
            Map<String, Double> echoed =
                    echo(clients, lab.concentratorLan().address(), Integer.MAX_VALUE / 2);
            return new Storm(
                    echoed.get("asked").longValue(),
                    requests(lab) - requests,
                    gateway.counter("sallyport_gateway_data_path_total", LOST_UNREAD) - lost,
                    gateway.counter("sallyport_gateway_drops_total", TOO_SLOW) - slow,
                    echoed.get("answered").longValue());
        }

        /** Echo requests that the host behind the gateway has received so far. */
        private static long requests(Lab lab) {
            return Long.parseLong(
                    lab.concentratorLan()
                            .shell(
                                    DEADLINE,
                                    "awk '/^Icmp:/ && !n {for (i = 1; i <= NF; i++) if ($i =="
                                            + " \"InEchos\") n = i; next} /^Icmp:/ {print $n}'"
                                            + " /proc/net/snmp")
                            .strip());
        }

        @Override
        public String toString() {
            return ("%d echoes at once: %d requests at the target, %d replies without room in the"
                            + " queue of the TUN device, %d of clients that did not read, %d came")
                    .formatted(asked, atTarget, lostUnread, tooSlow, answered);
        }
    }

    /** Who shares the machine. */
    private record Parts(
            ServerProcesses clients, ServerProcesses gateway, ServerProcesses provisioner) {
        Cpu cpu() {
            return new Cpu(clients.cpuSeconds(), gateway.cpuSeconds(), provisioner.cpuSeconds());
        }
    }

    /** Seconds of each part. */
    private record Cpu(double clients, double gateway, double provisioner) {
        Cpu since(Cpu begun) {
            return new Cpu(
                    clients - begun.clients,
                    gateway - begun.gateway,
                    provisioner - begun.provisioner);
        }

        /** For one login of a step. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "ms CPU a login: client %.1f, gateway %.1f, provisioner %.1f",
                    clients * 1000 / STEP,
                    gateway * 1000 / STEP,
                    provisioner * 1000 / STEP);
        }
    }

    private static Row row(String name, String unit, double figure) {
        return Row.of(name, unit, new Rounds(List.of(figure), List.of()));
    }

    /**
     * So many more sessions.
     *
     * @param sessions live ones
     * @param answered of them, how many had an echo from behind the gateway
     * @param loginsPerSecond of this step; all parts share the machine
     * @param loginCpu milliseconds of each part for a login of this step
     * @param kilobytes of the gateway, proportional set size
     * @param idleCpu milliseconds a second, when nobody sends
     */
    private record Step(
            int sessions,
            int failed,
            int answered,
            double loginsPerSecond,
            Cpu loginCpu,
            double kilobytes,
            double idleCpu) {
        static Step take(ManySessions.Remote clients, Parts parts, String target) {
            Cpu begun = parts.cpu();
            Map<String, Double> added = clients.ask("add " + STEP, DEADLINE);
            Cpu used = parts.cpu().since(begun);
            Map<String, Double> echoed = echo(clients, target, ECHOES_AT_ONCE);
            double before = parts.gateway().cpuSeconds();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
            double idle = (parts.gateway().cpuSeconds() - before) * 1000 / IDLE_SECONDS;
            return new Step(
                    added.get("live").intValue(),
                    added.get("failed").intValue(),
                    echoed.get("answered").intValue(),
                    STEP / added.get("seconds"),
                    used,
                    parts.gateway().proportionalKilobytes(),
                    idle);
        }

        boolean allWell() {
            return failed == 0 && answered == sessions;
        }

        /** Why there is no further step. */
        String limit(ManySessions.Remote clients) {
            if (allWell()) {
                return sessions < AT_MOST ? "the clock" : "the ports of one client's host";
            }
            return "the client's log has\n" + clients.process().log();
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sessions (%d logins failed): %d echoes, %.0f logins/s, %s, %.0f MB, idle"
                            + " %.1f ms CPU a second",
                    sessions,
                    failed,
                    answered,
                    loginsPerSecond,
                    loginCpu,
                    kilobytes / 1024,
                    idleCpu);
        }
    }
}
