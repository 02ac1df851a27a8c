package io.sallyport.lab.demo;

import io.sallyport.lab.Lab;
import io.sallyport.lab.product.ProvisionerProcess;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Runs the demo; {@code ./demo} does the set-up and calls it. */
public final class Demo {
    private Demo() {}

    /**
     * Exits with 0 only if every step was verified.
     *
     * @param arguments {@code --keep} leaves everything running, {@code --stop} ends what was kept
     */
    public static void main(String[] arguments) {
        int status = run(Set.of(arguments), System.out);
        System.out.flush();
        // Not exit: Testcontainers has a shutdown hook that removes every container of this JVM,
        // also those of a demo that is kept. What has to end was ended above.
        Runtime.getRuntime().halt(status);
    }

    private static int run(Set<String> options, PrintStream out) {
        Clock clock = Clock.systemUTC();
        StepTable steps = new StepTable(out);
        if (options.contains("--stop")) {
            Lab.removeLeftOvers(out::println);
            return 0;
        }
        String begun = System.getenv("SALLYPORT_COMMAND_BEGUN");
        if (begun != null) {
            Duration setUp =
                    Duration.between(Instant.ofEpochMilli(Long.parseLong(begun)), clock.instant());
            steps.add("set-up: engine, image, build", setUp, "ready", true);
        }
        boolean keep = options.contains("--keep");
        Run run = new Run(steps, out);
        boolean verified = false;
        try {
            run.start(clock, keep);
            verified = true;
        } catch (RuntimeException e) {
            out.println();
            e.printStackTrace(out);
            run.collectLogs();
        } finally {
            if (!(verified && keep)) {
                verified &= run.tearDown();
            }
        }
        steps.print();
        if (verified && keep) {
            run.leave();
        }
        out.printf("%ndemo: %s%n", verified ? "every step was verified" : "FAILED");
        return verified ? 0 : 1;
    }

    private static final class Run {
        private final StepTable steps;
        private final PrintStream out;
        private Lab lab;
        private Story story;

        Run(StepTable steps, PrintStream out) {
            this.steps = steps;
            this.out = out;
        }

        void start(Clock clock, boolean keep) {
            steps.step(
                    "networks of the lab",
                    () -> {
                        lab = Lab.startNetworks(2, 1, line -> out.println("   " + line));
                        return "up";
                    });
            story = new Story(steps, lab, clock);
            try (var _ = steps.beside("hosts of the lab", this::startHosts)) {
                story.begin();
            }
            story.tell();
            if (keep) {
                story.leaveATunnel();
            }
        }

        private String startHosts() {
            lab.startHosts();
            return lab.hosts().size() + " hosts are up";
        }

        void collectLogs() {
            if (lab != null) {
                out.println("logs: " + lab.collectLogs());
            }
        }

        boolean tearDown() {
            try {
                steps.step(
                        "torn down",
                        () -> {
                            if (story != null && story.provisioner() != null) {
                                story.provisioner().close();
                            }
                            if (lab != null) {
                                lab.close();
                            }
                            return "nothing is left";
                        });
                return true;
            } catch (RuntimeException e) {
                e.printStackTrace(out);
                return false;
            }
        }

        void leave() {
            ProvisionerProcess provisioner = story.provisioner();
            lab.leaveRunning();
            out.printf(
                    """

                    Left running:
                      hosts        %s
                      a look       %s swanctl --list-sas
                    Go on with "A first order in five minutes" of README.md; type first:
                      export API=%s CA=%s TOKENS=%s BRANCH="%s"
                      alias sallyport=$PWD/cli/sallyport
                    End it with ./demo --stop; the next ./demo, ./check or ./bench NAME ends it too.
                    """,
                    String.join(
                            " ", lab.hosts().stream().map(host -> host.containerName()).toList()),
                    lab.concentrator().commandPrefix(),
                    provisioner.apiUrl(),
                    provisioner.rootCertificate(),
                    provisioner.initialTokens(),
                    lab.branch(1).gateway().commandPrefix());
        }
    }
}
