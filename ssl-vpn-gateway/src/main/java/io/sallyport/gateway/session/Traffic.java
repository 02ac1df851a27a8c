package io.sallyport.gateway.session;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.datapath.Counters.Carried;
import io.sallyport.gateway.datapath.Counters.Drops;
import io.sallyport.wire.SessionEvent;

/** Arithmetic of what tunnels carried. */
final class Traffic {
    static final Counters NONE =
            new Counters(
                    new Carried(0, 0),
                    new Carried(0, 0),
                    new Carried(0, 0),
                    new Carried(0, 0),
                    new Drops(0, 0, 0, 0, 0, 0));

    private Traffic() {}

    static Counters sum(Counters one, Counters other) {
        Drops a = one.drops();
        Drops b = other.drops();
        return new Counters(
                one.tlsUp().plus(other.tlsUp()),
                one.tlsDown().plus(other.tlsDown()),
                one.dtlsUp().plus(other.dtlsUp()),
                one.dtlsDown().plus(other.dtlsDown()),
                new Drops(
                        a.spoofed() + b.spoofed(),
                        a.malformed() + b.malformed(),
                        a.denied() + b.denied(),
                        a.overLimit() + b.overLimit(),
                        a.clientTooSlow() + b.clientTooSlow(),
                        a.tooLong() + b.tooLong()));
    }

    /** The later of two readings of one tunnel, whose counters only grow. */
    static Counters later(Counters one, Counters other) {
        return packets(one) >= packets(other) ? one : other;
    }

    private static long packets(Counters counters) {
        return counters.up().packets() + counters.down().packets();
    }

    /** What was carried between two readings of one tunnel. */
    static SessionEvent.Counters between(Counters before, Counters now) {
        return new SessionEvent.Counters(
                now.up().octets() - before.up().octets(),
                now.down().octets() - before.down().octets(),
                now.up().packets() - before.up().packets(),
                now.down().packets() - before.down().packets());
    }
}
