package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.packet.AddressBits;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The tunnels that live, and the routes to them. Thread-safe. */
final class Tunnels {
    /** What may wait in all for slow clients, in octets. */
    private static final long MOST_PENDING = 32L << 20;

    private final AddressTable<Tunnel> routes = new AddressTable<>();
    private final Set<Tunnel> living = ConcurrentHashMap.newKeySet();
    private final PendingBudget budget = new PendingBudget(MOST_PENDING);
    private final Consumer<Tunnel> ended;
    private final Consumer<DtlsChannel> forgotten;

    /**
     * @param ended told of each tunnel that ended, to close its connection
     * @param forgotten told of each DTLS association that is out of use
     */
    Tunnels(Consumer<Tunnel> ended, Consumer<DtlsChannel> forgotten) {
        this.ended = ended;
        this.forgotten = forgotten;
    }

    PendingBudget budget() {
        return budget;
    }

    void add(Tunnel tunnel) {
        living.add(tunnel);
        tunnel.spec.innerIpv4().ifPresent(address -> route(address, tunnel));
        tunnel.spec.innerIpv6().ifPresent(address -> route(address, tunnel));
    }

    private void route(InetAddress address, Tunnel tunnel) {
        routes.put(AddressBits.high(address), AddressBits.low(address), 0, tunnel);
    }

    /** Takes the routes away, as far as no newer tunnel has them. */
    void remove(Tunnel tunnel) {
        living.remove(tunnel);
        tunnel.spec.innerIpv4().ifPresent(address -> unroute(address, tunnel));
        tunnel.spec.innerIpv6().ifPresent(address -> unroute(address, tunnel));
        DtlsChannel dtls = tunnel.dtls.get();
        if (dtls != null) {
            forget(dtls);
        }
    }

    private void unroute(InetAddress address, Tunnel tunnel) {
        routes.remove(AddressBits.high(address), AddressBits.low(address), 0, tunnel);
    }

    /** The tunnel of an inner address, or null. */
    Tunnel find(long high, long low) {
        return routes.find(high, low, 0);
    }

    Set<Tunnel> living() {
        return living;
    }

    void linger(Tunnel tunnel) {
        ended.accept(tunnel);
    }

    void forget(DtlsChannel dtls) {
        forgotten.accept(dtls);
    }
}
