package io.sallyport.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A concentrator: charon and our concentrator process together, as on a real host. The JDK and the
 * built jars are those of this machine, mounted read-only.
 */
public final class ConcentratorHost extends CharonHost {
    /** The concentrator module's target directory on this host. */
    public static final String JARS = "/opt/sallyport/concentrator";

    /** The lab's own target directory on this host, for programs that measure there. */
    public static final String LAB_JARS = "/opt/sallyport/lab";

    private static final String ADDRESS_AMONG_TELEWORKERS = "10.30.255.1";
    private static final String INTERNET_ADDRESS = AddressPlan.INTERNET_CONCENTRATORS.address(10);

    ConcentratorHost(Engine engine, Path javaHome, Path jars, Path labJars, Path sharedDirectory) {
        super(
                engine,
                "concentrator",
                List.of(
                        new Leg(AddressPlan.INTERNET_CONCENTRATORS, INTERNET_ADDRESS),
                        new Leg(AddressPlan.MANAGEMENT, AddressPlan.MANAGEMENT.address(10)),
                        new Leg(
                                AddressPlan.LAN_CONCENTRATOR,
                                AddressPlan.LAN_CONCENTRATOR.router())),
                AddressPlan.INTERNET_CONCENTRATORS,
                // Teleworkers are behind the gateway of the same site. User-space ESP routes with a
                // source address inside each network it protects, so this host has one there.
                """
                ip route replace %s via %s
                ip address add %s/32 dev lo
                """
                        .formatted(
                                AddressPlan.TELEWORKERS,
                                GatewayHost.LAN_ADDRESS,
                                ADDRESS_AMONG_TELEWORKERS),
                mounts(javaHome, jars, labJars),
                sharedDirectory);
    }

    private static List<Mount> mounts(Path javaHome, Path jars, Path labJars) {
        List<Mount> mounts = new ArrayList<>(javaOf(javaHome));
        mounts.add(new Mount(jars, JARS, false));
        mounts.add(new Mount(labJars, LAB_JARS, false));
        return mounts;
    }

    /** Where branches reach it by IKE. */
    public String internetAddress() {
        return INTERNET_ADDRESS;
    }

    /** The network it protects, in CIDR notation. */
    public String protectedNetwork() {
        return AddressPlan.LAN_CONCENTRATOR.subnet();
    }

    /** All that its site has: that network and the teleworkers of its gateway. */
    public List<String> protectedNetworks() {
        return List.of(protectedNetwork(), AddressPlan.TELEWORKERS);
    }

    /** Its own address in the protected network; the source of its probes. */
    public String lanAddress() {
        return AddressPlan.LAN_CONCENTRATOR.router();
    }

    /** charon's number of a tunnel's established IKE_SA; empty if there is none. */
    public String ikeSaId(String tunnel) {
        return shell(
                        SHORT,
                        "swanctl --list-sas --ike tunnel-"
                                + tunnel
                                + " | sed -n 's/.*: #\\([0-9]*\\), ESTABLISHED.*/\\1/p'")
                .strip();
    }
}
