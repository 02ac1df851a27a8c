package io.sallyport.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The host of the SSL VPN gateway: one leg in the internet, one in the concentrator's LAN, through
 * which it also reaches the branches. The JDK and the built jars are those of this machine, mounted
 * read-only.
 */
public final class GatewayHost extends TestHost {
    /** The ssl-vpn-gateway module's target directory on this host. */
    public static final String JARS = "/opt/sallyport/ssl-vpn-gateway";

    static final String LAN_ADDRESS = AddressPlan.LAN_CONCENTRATOR.address(20);
    static final String LAN_ADDRESS_V6 = AddressPlan.SITE_V6 + 20;

    private static final String INTERNET_ADDRESS = AddressPlan.INTERNET_CONCENTRATORS.address(20);

    private final Engine engine;
    private final List<Mount> mounts;

    GatewayHost(Engine engine, Path javaHome, Path jars) {
        this(engine, mounts(javaHome, jars));
    }

    private GatewayHost(Engine engine, List<Mount> mounts) {
        super(
                engine,
                "gateway",
                List.of(
                        new Leg(AddressPlan.INTERNET_CONCENTRATORS, INTERNET_ADDRESS),
                        new Leg(AddressPlan.MANAGEMENT, AddressPlan.MANAGEMENT.address(20)),
                        new Leg(AddressPlan.LAN_CONCENTRATOR, LAN_ADDRESS)),
                """
                ip route replace default via %s
                ip route replace %s via %s
                lan=$(ip -oneline -4 address show to %s | awk '{print $2; exit}')
                ip -6 address add %s/64 dev $lan nodad
                """
                        .formatted(
                                AddressPlan.INTERNET_CONCENTRATORS.router(),
                                AddressPlan.BRANCHES,
                                AddressPlan.LAN_CONCENTRATOR.router(),
                                LAN_ADDRESS,
                                LAN_ADDRESS_V6),
                mounts,
                Set.of(Feature.IPV6, Feature.MEASURED));
        this.engine = engine;
        this.mounts = mounts;
    }

    private static List<Mount> mounts(Path javaHome, Path jars) {
        List<Mount> mounts = new ArrayList<>(javaOf(javaHome));
        mounts.add(new Mount(jars, JARS, false));
        return mounts;
    }

    /**
     * Starts a host that runs services as an operator's does, with this one's network, JDK and
     * jars; who has it closes it.
     */
    public ServiceHost startServiceHost() {
        ServiceHost host = new ServiceHost(engine, this, mounts);
        host.start();
        return host;
    }

    /** Where teleworkers reach it. */
    public String internetAddress() {
        return INTERNET_ADDRESS;
    }

    /** Its own address in the concentrator's LAN; the next hop to teleworkers there. */
    public String lanAddress() {
        return LAN_ADDRESS;
    }
}
