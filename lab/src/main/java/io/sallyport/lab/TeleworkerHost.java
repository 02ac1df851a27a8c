package io.sallyport.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A teleworker's computer somewhere in the internet, with Debian's openconnect. */
public final class TeleworkerHost extends EndHost {
    static final String SCRIPT = "/usr/local/sbin/lab-vpnc-script";

    /** Up to that of the machine; for one host at a time. */
    private static final int FIRST_OF_MORE = 200;

    private final int number;
    private final AtomicInteger clients = new AtomicInteger();

    /**
     * @param number of the teleworker, from 1
     * @param javaHome for programs that load the gateway from here
     * @param labJars the lab's own target directory
     */
    TeleworkerHost(Engine engine, int number, Path javaHome, Path labJars) {
        super(
                engine,
                "teleworker" + number,
                List.of(new Leg(AddressPlan.INTERNET_BRANCHES, address(number))),
                "ip route replace default via " + AddressPlan.INTERNET_BRANCHES.router(),
                mounts(javaHome, labJars),
                Set.of(Feature.IPV6));
        this.number = number;
    }

    private static String address(int number) {
        return AddressPlan.INTERNET_BRANCHES.address(100 + number);
    }

    private static List<Mount> mounts(Path javaHome, Path labJars) {
        List<Mount> mounts = new ArrayList<>(javaOf(javaHome));
        mounts.add(new Mount(labJars, ConcentratorHost.LAB_JARS, false));
        return mounts;
    }

    @Override
    void start() {
        super.start();
        try (InputStream script = TeleworkerHost.class.getResourceAsStream("vpnc-script")) {
            write(SCRIPT, script.readAllBytes(), 0755);
        } catch (IOException e) {
            throw new LabException("the lab's vpnc-script", e);
        }
    }

    /** Its address in the internet; not that inside a tunnel. */
    public String internetAddress() {
        return address(number);
    }

    /** Gives it so many more addresses in the internet, the same ones each time. */
    public List<String> moreAddresses(int count) {
        List<String> more =
                IntStream.range(0, count)
                        .mapToObj(n -> AddressPlan.INTERNET_BRANCHES.address(FIRST_OF_MORE + n))
                        .toList();
        String own = interfaceOf(internetAddress());
        more.forEach(each -> run(SHORT, "ip", "address", "replace", each + "/24", "dev", own));
        return more;
    }

    /** The port that its one client with DTLS sends from. */
    public int udpPort() {
        // Address and port in hexadecimal, ours and theirs (443).
        String local = shell(SHORT, "awk '$3 ~ /:01BB$/ {print $2}' /proc/net/udp").strip();
        return Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
    }

    /** A client to be started against this URL, such as {@code https://192.0.2.20/staff}. */
    public OpenConnect.Start openConnect(String url) {
        return new OpenConnect.Start(this, "openconnect" + clients.incrementAndGet(), url);
    }
}
