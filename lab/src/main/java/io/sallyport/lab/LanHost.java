package io.sallyport.lab;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An ordinary host in a site's network; all it knows is its default route, the site's gateway. */
public final class LanHost extends EndHost {
    private final String address;
    private final Optional<String> addressV6;

    private LanHost(
            Engine engine,
            String name,
            AddressPlan.Net lan,
            String preparation,
            Optional<String> addressV6,
            Set<Feature> features) {
        super(
                engine,
                name,
                List.of(new Leg(lan, lan.address(10))),
                "ip route replace default via " + lan.router() + "\n" + preparation,
                List.of(),
                features);
        this.address = lan.address(10);
        this.addressV6 = addressV6;
    }

    LanHost(Engine engine, String name, AddressPlan.Net lan) {
        this(engine, name, lan, "", Optional.empty(), Set.of());
    }

    /** A host behind the concentrator, where there is a gateway for teleworkers too. */
    static LanHost besideGateway(Engine engine, String name, AddressPlan.Net lan) {
        String own = AddressPlan.SITE_V6 + 10;
        return new LanHost(
                engine,
                name,
                lan,
                """
                ip -6 address add %s/64 dev eth0 nodad
                ip -6 route replace %s via %s
                """
                        .formatted(own, AddressPlan.TELEWORKERS_V6, GatewayHost.LAN_ADDRESS_V6),
                Optional.of(own),
                Set.of(Feature.IPV6));
    }

    public String address() {
        return address;
    }

    /** Its IPv6 address; throws where the lab has none. */
    public String addressV6() {
        return addressV6.orElseThrow();
    }
}
