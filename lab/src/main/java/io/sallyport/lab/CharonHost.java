package io.sallyport.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gateway: a host with a LAN behind it whose charon is configured over VICI. */
public abstract sealed class CharonHost extends TestHost permits ConcentratorHost, BranchHost {
    /** The VICI socket as processes on this host see it. */
    public static final String VICI_SOCKET = "/run/charon/charon.vici";

    private static final Duration CHARON_START = Duration.ofSeconds(20);

    private final Path sharedDirectory;
    private final HostProcess charon = new HostProcess(this, "charon");

    /**
     * @param moreRoutes shell commands
     * @param sharedDirectory of this machine; the host's VICI socket appears in it
     */
    CharonHost(
            Engine engine,
            String name,
            List<Leg> legs,
            AddressPlan.Net internet,
            String moreRoutes,
            List<Mount> mounts,
            Path sharedDirectory) {
        super(
                engine,
                name,
                legs,
                "ip route replace default via " + internet.router() + "\n" + moreRoutes,
                with(mounts, new Mount(sharedDirectory, "/run/charon", true)));
        this.sharedDirectory = sharedDirectory;
    }

    private static List<Mount> with(List<Mount> mounts, Mount another) {
        List<Mount> all = new ArrayList<>(mounts);
        all.add(another);
        return all;
    }

    @Override
    void start() {
        super.start();
        try (InputStream configuration = CharonHost.class.getResourceAsStream("strongswan.conf")) {
            write("/etc/strongswan.conf", configuration.readAllBytes(), 0644);
        } catch (IOException e) {
            throw new LabException("the lab's strongswan.conf", e);
        }
    }

    /** The VICI socket as processes on this machine see it, while charon runs. */
    public final Path viciSocket() {
        return sharedDirectory.resolve("charon.vici");
    }

    /** charon's process; it may have ended. */
    public final HostProcess charon() {
        return charon;
    }

    /** Starts charon and waits until it answers over VICI. */
    public final void startCharon() {
        run(SHORT, "rm", "-f", VICI_SOCKET);
        // Without systemd: charon-systemd runs in the foreground all the same.
        spawn("charon", "charon-systemd");
        await(CHARON_START, "swanctl --version --daemon");
    }

    /** Ends charon in order, which tells its peers, and starts it anew with nothing loaded. */
    public final void restartCharon() {
        charon.end(SHORT);
        startCharon();
    }

    /** What charon logged, since the host was made. */
    public final String charonLog() {
        return read("/var/log/charon-daemon.log");
    }

    /** Runs swanctl; throws with its output when it fails. */
    public final String swanctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("swanctl"));
        command.addAll(List.of(arguments));
        return run(Duration.ofSeconds(40), command.toArray(String[]::new));
    }

    /** The number of established IKE SAs that charon lists now. */
    public final int establishedIkeSas() {
        return (int)
                swanctl("--list-sas")
                        .lines()
                        .filter(line -> line.contains(", ESTABLISHED, "))
                        .count();
    }

    /** Waits until charon lists an installed child of this name. */
    public final void awaitChild(String child, Duration deadline) {
        await(deadline, "swanctl --list-sas --child " + child + " | grep -q 'INSTALLED'");
    }

    /** Waits until charon lists no SA at all. */
    public final void awaitNoSas(Duration deadline) {
        await(deadline, "[ -z \"$(swanctl --list-sas)\" ]");
    }
}
