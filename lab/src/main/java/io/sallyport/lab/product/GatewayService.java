package io.sallyport.lab.product;

import io.sallyport.lab.GatewayHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.lab.ServiceHost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Our gateway as a service of systemd, installed as its README tells an operator, from the files
 * that are delivered.
 */
public final class GatewayService {
    /** The unit of the gateway. */
    public static final String GATEWAY = "sallyport-gateway.service";

    /** The unit of its training. */
    public static final String TRAINING = "sallyport-gateway-train.service";

    private static final Path UNITS = Path.of("ssl-vpn-gateway/src/main/systemd");
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final ServiceHost host;
    private int trialsBefore;

    private GatewayService(ServiceHost host) {
        this.host = host;
    }

    /**
     * Installs it for a gateway that is registered, and enrols it anew when it starts; that
     * gateway's own process has to have ended.
     */
    public static GatewayService install(ServiceHost host, GatewayProcess gateway) {
        GatewayProcess.prepare(host, gateway.provisioner(), gateway.renewEnrolment());
        host.shell(
                DEADLINE,
                """
                cp %1$s/%2$s /usr/lib/sallyport/ssl-vpn-gateway.jar
                cp -r %1$s/lib /usr/lib/sallyport/
                ln -s %3$s /usr/bin/java
                """
                        .formatted(
                                GatewayHost.JARS,
                                Jars.of("ssl-vpn-gateway").getFileName(),
                                GatewayHost.JAVA));
        for (String unit : new String[] {GATEWAY, TRAINING}) {
            host.write("/etc/systemd/system/" + unit, unit(unit), 0644);
        }
        host.systemctl("daemon-reload");
        host.systemctl("enable", "--quiet", GATEWAY, TRAINING);
        return new GatewayService(host);
    }

    private static String unit(String name) {
        try {
            return Files.readString(Lab.repository().resolve(UNITS).resolve(name));
        } catch (IOException e) {
            throw new LabException("the unit " + name, e);
        }
    }

    /** Makes the AOT cache; blocks for a quarter of a minute. */
    public void train() {
        start(TRAINING);
    }

    /** Starts it, and waits until clients can log in. */
    public void start() {
        // What the process before it wrote: it must not be taken for the word of the new one.
        host.run(DEADLINE, "rm", "-f", GatewayProcess.STATE + "/status.json");
        start(GATEWAY);
        awaitListening();
    }

    private void start(String unit) {
        try {
            host.systemctl("start", unit);
        } catch (LabException e) {
            throw new LabException(unit + " does not start\n" + host.journal(unit), e);
        }
    }

    /** Waits until clients can log in to the process that runs now. */
    public void awaitListening() {
        try {
            host.await(
                    DEADLINE,
                    "grep -q '\"ready\" *: *true' %s/status.json".formatted(GatewayProcess.STATE));
        } catch (LabException e) {
            throw new LabException("the gateway does not listen\n" + log(), e);
        }
    }

    /** Has the service manager end it; blocks until it has. */
    public void stop() {
        host.systemctl("stop", GATEWAY);
    }

    /**
     * Commands, each in a service of its own whose unit is the gateway's but for the command and
     * the directories; blocks until all have ended.
     *
     * @return the status of each
     */
    public List<Integer> tried(List<Trial> trials) {
        List<String> units = new ArrayList<>();
        for (Trial trial : trials) {
            // A name of its own: what systemd knows of a service that ran before is not its answer.
            String name = "trial-" + trialsBefore++;
            host.write("/usr/lib/" + name, trial.command(), 0644);
            host.write("/etc/systemd/system/" + name + ".service", trial.unit(name), 0644);
            units.add(name);
        }
        List<String> show =
                new ArrayList<>(
                        List.of("show", "--property=ExecMainCode", "--property=ExecMainStatus"));
        show.addAll(units);
        host.systemctl("daemon-reload");
        // A command that fails is an answer too.
        host.run(DEADLINE, "sh", "-c", "systemctl start " + String.join(" ", units) + " || :");
        return Arrays.stream(host.systemctl(show.toArray(String[]::new)).split("\n\n"))
                .map(GatewayService::statusOf)
                .toList();
    }

    /**
     * The status is 0, too, of what never ran, or ended well and was forgotten (RemainAfterExit
     * keeps it); the code is 1 (CLD_EXITED) only of what did run.
     */
    private static int statusOf(String shown) {
        List<String> lines = shown.strip().lines().sorted().toList();
        if (lines.size() != 2 || !lines.getFirst().equals("ExecMainCode=1")) {
            throw new LabException("expected a service that ran and exited: " + lines);
        }
        return Integer.parseInt(lines.getLast().substring("ExecMainStatus=".length()));
    }

    /**
     * What a service is to try.
     *
     * @param command a shell's
     * @param without the directive of the gateway's unit that its own has not
     */
    public record Trial(String command, Optional<String> without) {
        private String unit(String name) {
            String unit =
                    GatewayService.unit(GATEWAY)
                            .replace("sallyport-gateway", name)
                            .replaceAll(
                                    "(?m)^ExecStart=.*",
                                    "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh /usr/lib/"
                                            + name)
                            .replaceAll("(?m)^Restart.*\n", "");
            return without.map(each -> unit.replaceAll("(?m)^" + each + "=.*\n", "")).orElse(unit);
        }
    }

    /** What all its processes printed. */
    public String log() {
        return host.journal(GATEWAY);
    }

    /** What the service manager says of it, such as {@code Result}. */
    public String property(String name) {
        return host.property(GATEWAY, name);
    }

    /** A field of the process that runs now (proc_pid_status(5)). */
    public String status(String field) {
        return host.shell(
                        DEADLINE,
                        "awk -F'\\t' '$1 == \"%s:\" {print $2}' /proc/%s/status"
                                .formatted(field, property("MainPID")))
                .strip();
    }
}
