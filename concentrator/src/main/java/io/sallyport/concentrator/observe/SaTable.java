package io.sallyport.concentrator.observe;

import io.sallyport.vici.ChildSa;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.NegotiatedProposal;
import io.sallyport.vici.ViciEvent.ChildRekey;
import io.sallyport.vici.ViciEvent.ChildUpdown;
import io.sallyport.vici.ViciEvent.IkeRekey;
import io.sallyport.vici.ViciEvent.IkeUpdate;
import io.sallyport.vici.ViciEvent.IkeUpdown;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.ObservationReport.SecurityAssociation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The SAs charon has, by connection: kept by events, corrected by listings. Not thread-safe; owned
 * by {@link Observations}, under its lock.
 */
final class SaTable {
    private static final IpAddress UNSPECIFIED = IpAddress.parse("0.0.0.0");

    private final Map<String, NavigableMap<Long, Ike>> byName = new HashMap<>();

    /** Connections that events spoke of since the listing under way began; empty without one. */
    private Optional<Set<String>> touched = Optional.empty();

    /**
     * @param children by unique id
     */
    private record Ike(
            boolean established,
            Instant establishedAt,
            IpAddress remoteAddress,
            String algorithms,
            NavigableMap<Long, Child> children) {
        Ike at(IpAddress newAddress) {
            return new Ike(established, establishedAt, newAddress, algorithms, children);
        }
    }

    private record Child(boolean installed, String algorithms, long octetsIn, long octetsOut) {}

    /** Connections with an SA, established or not. */
    Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** The newest established IKE_SA with an installed CHILD_SA, if there is one. */
    Optional<SecurityAssociation> established(String name) {
        NavigableMap<Long, Ike> sas = byName.get(name);
        if (sas == null) {
            return Optional.empty();
        }
        for (Ike ike : sas.descendingMap().values()) {
            for (Child child : ike.children().descendingMap().values()) {
                if (ike.established() && child.installed()) {
                    return Optional.of(
                            new SecurityAssociation(
                                    ike.establishedAt(),
                                    ike.remoteAddress(),
                                    ike.algorithms(),
                                    child.algorithms(),
                                    child.octetsIn(),
                                    child.octetsOut()));
                }
            }
        }
        return Optional.empty();
    }

    void updown(IkeUpdown event, Instant now) {
        IkeSa sa = event.ikeSa();
        touch(sa.name());
        if (event.up()) {
            put(sa, now);
        } else {
            remove(sa.name(), sa.uniqueId());
        }
    }

    void updown(ChildUpdown event, Instant now) {
        IkeSa sa = event.ikeSa();
        touch(sa.name());
        if (event.up()) {
            put(sa, now).children().put(event.childSa().uniqueId(), child(event.childSa()));
            return;
        }
        Ike ike = of(sa.name()).get(sa.uniqueId());
        if (ike != null) {
            ike.children().remove(event.childSa().uniqueId());
        }
        dropIfEmpty(sa.name());
    }

    /** The CHILD_SAs move to the new IKE_SA. */
    void rekeyed(IkeRekey event, Instant now) {
        String name = event.old().name();
        touch(name);
        Ike old = of(name).remove(event.old().uniqueId());
        Ike replacement = put(event.replacement(), now);
        if (old != null) {
            replacement.children().putAll(old.children());
        }
    }

    void rekeyed(ChildRekey event, Instant now) {
        touch(event.ikeSa().name());
        Ike ike = put(event.ikeSa(), now);
        ike.children().remove(event.old().uniqueId());
        ike.children().put(event.replacement().uniqueId(), child(event.replacement()));
    }

    void moved(IkeUpdate event) {
        IkeSa sa = event.ikeSa();
        touch(sa.name());
        of(sa.name())
                .computeIfPresent(sa.uniqueId(), (_, ike) -> ike.at(address(event.remoteHost())));
        dropIfEmpty(sa.name());
    }

    /** A listing begins: what events tell from now on is newer than what it will say. */
    void listingBegins() {
        touched = Optional.of(new HashSet<>());
    }

    /** The listing is complete: it corrects every connection that no event spoke of meanwhile. */
    void listed(Collection<IkeSa> sas, Instant now) {
        Set<String> newer = touched.orElse(Set.of());
        touched = Optional.empty();
        Map<String, NavigableMap<Long, Ike>> before = new HashMap<>(byName);
        byName.keySet().retainAll(newer);
        for (IkeSa sa : sas) {
            if (sa.name().equals(IkeSa.UNNAMED) || newer.contains(sa.name())) {
                continue;
            }
            Ike former = before.getOrDefault(sa.name(), new TreeMap<>()).get(sa.uniqueId());
            Ike ike = ike(sa, former, now, new TreeMap<>());
            for (ChildSa child : sa.childSas()) {
                ike.children().put(child.uniqueId(), child(child));
            }
            of(sa.name()).put(sa.uniqueId(), ike);
        }
    }

    /** There is no SA any more. */
    void clear() {
        touched = Optional.empty();
        byName.clear();
    }

    /** Every SA has ended, but those that events told of since the listing under way began. */
    void clearUntold() {
        byName.keySet().retainAll(touched.orElse(Set.of()));
    }

    private Ike put(IkeSa sa, Instant now) {
        NavigableMap<Long, Ike> sas = of(sa.name());
        Ike former = sas.get(sa.uniqueId());
        Ike ike = ike(sa, former, now, former == null ? new TreeMap<>() : former.children());
        sas.put(sa.uniqueId(), ike);
        return ike;
    }

    /** charon tells the age in whole seconds; the first time worked out from it is kept. */
    private static Ike ike(IkeSa sa, Ike former, Instant now, NavigableMap<Long, Child> children) {
        return new Ike(
                sa.isEstablished(),
                former != null && former.established()
                        ? former.establishedAt()
                        : now.minus(sa.established().orElse(Duration.ZERO)),
                address(sa.remote().host()),
                words(sa.proposal()),
                children);
    }

    private static Child child(ChildSa child) {
        return new Child(
                child.isInstalled(),
                words(child.proposal()),
                child.in().bytes(),
                child.out().bytes());
    }

    /** charon prints an address, or {@code %any} for one it does not know (yet). */
    private static IpAddress address(String host) {
        try {
            return IpAddress.parse(host);
        } catch (IllegalArgumentException _) {
            return UNSPECIFIED;
        }
    }

    private static String words(Optional<NegotiatedProposal> proposal) {
        return proposal.map(NegotiatedProposal::toString).orElse("");
    }

    private NavigableMap<Long, Ike> of(String name) {
        return byName.computeIfAbsent(name, _ -> new TreeMap<>());
    }

    private void remove(String name, long uniqueId) {
        of(name).remove(uniqueId);
        dropIfEmpty(name);
    }

    private void dropIfEmpty(String name) {
        if (of(name).isEmpty()) {
            byName.remove(name);
        }
    }

    private void touch(String name) {
        touched.ifPresent(names -> names.add(name));
    }
}
