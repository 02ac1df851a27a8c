package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.Counters.Carried;
import io.sallyport.gateway.datapath.Counters.Drops;
import io.sallyport.gateway.datapath.EndReason;
import io.sallyport.gateway.datapath.LiveTunnel;
import io.sallyport.gateway.datapath.TunnelListener;
import io.sallyport.gateway.datapath.TunnelSpec;
import io.sallyport.gateway.tls.EstablishedTls;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A data path that carries what a test says, and ends tunnels at once or when it says so.
 * Thread-safe.
 */
public final class FakeTunnels implements Tunnels {
    private final List<Tunnel> all = new CopyOnWriteArrayList<>();
    private volatile Optional<RuntimeException> fault = Optional.empty();

    /** A tunnel that was attached. */
    public static final class Tunnel implements LiveTunnel {
        private final TunnelSpec spec;
        private final EstablishedTls tls;
        private final TunnelListener listener;
        private String farewell = "";
        private boolean ended;
        private boolean closesLater;
        private Runnable meanwhile = () -> {};
        private long up;
        private long down;
        private Optional<Counters> counted = Optional.empty();

        Tunnel(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
            this.spec = spec;
            this.tls = tls;
            this.listener = listener;
        }

        public TunnelSpec spec() {
            return spec;
        }

        public EstablishedTls tls() {
            return tls;
        }

        public TunnelListener listener() {
            return listener;
        }

        /** What the client was told at the end; empty if nothing. */
        public String farewell() {
            return farewell;
        }

        public boolean ended() {
            return ended;
        }

        public void carry(long octetsUp, long octetsDown) {
            up += octetsUp;
            down += octetsDown;
        }

        /** From now on it has counted this, whatever it carries. */
        public void counts(Counters all) {
            counted = Optional.of(all);
        }

        /** From now on it takes its time: {@link #close} does nothing, {@link #end} does. */
        public void closesLater() {
            closesLater = true;
        }

        /** What happens, once, after the counters were read and before they are made use of. */
        public void meanwhile(Runnable happens) {
            meanwhile = happens;
        }

        /** The tunnel ends by itself. */
        public void end(EndReason reason) {
            if (!ended) {
                ended = true;
                listener.ended(reason, counters());
            }
        }

        @Override
        public void disconnect(String reason) {
            farewell = reason;
            end(EndReason.DISCONNECTED);
        }

        @Override
        public void close() {
            if (!closesLater) {
                end(EndReason.REPLACED);
            }
        }

        @Override
        public Counters counters() {
            Carried none = new Carried(0, 0);
            Counters read =
                    counted.orElseGet(
                            () ->
                                    new Counters(
                                            new Carried(up / 100, up),
                                            new Carried(down / 100, down),
                                            none,
                                            none,
                                            new Drops(0, 0, 0, 0, 0, 0)));
            Runnable next = meanwhile;
            meanwhile = () -> {};
            next.run();
            return read;
        }

        @Override
        public Channel channel() {
            return Channel.TLS;
        }
    }

    @Override
    public LiveTunnel attach(TunnelSpec spec, EstablishedTls tls, TunnelListener listener) {
        if (fault.isPresent()) {
            throw fault.get();
        }
        Tunnel tunnel = new Tunnel(spec, tls, listener);
        synchronized (this) {
            all.add(tunnel);
            notifyAll();
        }
        return tunnel;
    }

    public void close() {
        breakWith(new IllegalStateException("closed"));
    }

    /** From now on nothing is attached. */
    public void breakWith(RuntimeException broken) {
        fault = Optional.of(broken);
    }

    public List<Tunnel> all() {
        return all;
    }

    /** The tunnel that is attached as the n-th; waits for it. */
    public synchronized Tunnel await(int n) throws InterruptedException {
        while (all.size() < n) {
            wait();
        }
        return all.get(n - 1);
    }

    public Tunnel last() {
        return all.getLast();
    }
}
