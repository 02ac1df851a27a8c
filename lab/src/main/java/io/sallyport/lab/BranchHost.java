package io.sallyport.lab;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A branch's gateway: charon and swanctl, configured by nothing but files and a set-up script. */
public final class BranchHost extends CharonHost {
    private static final String SETUP = "/etc/sallyport/setup.sh";

    /** Its sallyport-dial.timer, ten times as often: test hosts run without systemd and cron. */
    private static final String TIMER =
            "while sleep 6; do [ ! -x /etc/sallyport/dial.sh ] || /etc/sallyport/dial.sh || true;"
                    + " done";

    private final int number;
    private Optional<HostProcess> timer = Optional.empty();

    /**
     * @param number of the branch, from 1
     */
    BranchHost(Engine engine, int number, Path sharedDirectory) {
        super(
                engine,
                "branch" + number,
                List.of(
                        new Leg(
                                AddressPlan.INTERNET_BRANCHES,
                                AddressPlan.INTERNET_BRANCHES.address(10 + number)),
                        new Leg(
                                AddressPlan.lanOfBranch(number),
                                AddressPlan.lanOfBranch(number).router())),
                AddressPlan.INTERNET_BRANCHES,
                "",
                List.of(),
                sharedDirectory);
        this.number = number;
    }

    public String internetAddress() {
        return AddressPlan.INTERNET_BRANCHES.address(10 + number);
    }

    /** The network behind it, in CIDR notation. */
    public String protectedNetwork() {
        return AddressPlan.lanOfBranch(number).subnet();
    }

    /** Its own address in the network behind it. */
    public String lanAddress() {
        return AddressPlan.lanOfBranch(number).router();
    }

    /**
     * A file of a device configuration.
     *
     * @param mode permission bits, such as 0600
     * @param content read-only
     */
    public record DeviceFile(String path, int mode, ByteBuffer content) {}

    /**
     * Brings the branch up as its installer would: writes the files, starts charon and runs the
     * set-up script. Whether the SAs come up is not waited for.
     */
    public void apply(List<DeviceFile> files) {
        if (!charon().isAlive()) {
            startCharon();
        }
        if (timer.filter(HostProcess::isAlive).isEmpty()) {
            timer = Optional.of(spawn("timer", "sh", "-c", TIMER));
        }
        configure(files);
    }

    /** As {@link #apply}, for a branch whose charon runs. */
    public void configure(List<DeviceFile> files) {
        write(files);
        run(Duration.ofSeconds(40), "sh", SETUP);
    }

    /** Ends charon and removes everything that a device configuration brought. */
    public void reset() {
        timer.ifPresent(it -> it.end(SHORT));
        charon().end(SHORT);
        shell(
                SHORT,
                """
                find /etc/swanctl -type f ! -name swanctl.conf -delete
                rm -rf /etc/strongswan.d/sallyport.conf /etc/sallyport /etc/systemd/system/sallyport-*
                ip route flush type blackhole
                ip address flush dev lo scope global
                """);
    }
}
