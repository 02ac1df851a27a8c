package io.sallyport.concentrator.observe;

import io.sallyport.vici.ChildSa;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.NegotiatedProposal;
import io.sallyport.vici.ViciEvent;
import io.sallyport.vici.ViciEvent.ChildRekey;
import io.sallyport.vici.ViciEvent.ChildUpdown;
import io.sallyport.vici.ViciEvent.IkeRekey;
import io.sallyport.vici.ViciEvent.IkeUpdate;
import io.sallyport.vici.ViciEvent.IkeUpdown;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.ObservationReport.SecurityAssociation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
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
    private static final NavigableMap<Long, Ike> NONE = Collections.emptyNavigableMap();

    private final Map<String, NavigableMap<Long, Ike>> byName = new HashMap<>();

    /** The listing under way, if there is one. */
    private Optional<Listing> listing = Optional.empty();

    /**
     * @param told connections that events spoke of since it began; their word is newer
     * @param sas what it said so far, by connection
     */
    private record Listing(Set<String> told, Map<String, NavigableMap<Long, Ike>> sas) {
        Listing() {
            this(new HashSet<>(), new HashMap<>());
        }
    }

    /**
     * What an event told of a connection.
     *
     * @param up whether something of it came up or goes on; otherwise something of it ended
     */
    record Told(IkeSa ikeSa, boolean up) {}

    /**
     * @param authenticatedAt empty if nobody watched then
     * @param children by unique id
     */
    private record Ike(
            boolean established,
            Instant establishedAt,
            Optional<Instant> authenticatedAt,
            IpAddress remoteAddress,
            String algorithms,
            NavigableMap<Long, Child> children) {
        Ike at(IpAddress newAddress) {
            return new Ike(
                    established, establishedAt, authenticatedAt, newAddress, algorithms, children);
        }

        /** Both ends have just proved who they are, or did when this was another IKE_SA. */
        Ike authenticated(Optional<Instant> at) {
            return new Ike(established, establishedAt, at, remoteAddress, algorithms, children);
        }

        /** charon tells the age in whole seconds; the first time worked out from it is kept. */
        Ike knownAs(Ike former) {
            return former != null && former.established()
                    ? new Ike(
                            established,
                            former.establishedAt(),
                            former.authenticatedAt(),
                            remoteAddress,
                            algorithms,
                            children)
                    : this;
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
                                    child.octetsOut(),
                                    ike.authenticatedAt()));
                }
            }
        }
        return Optional.empty();
    }

    /** Takes in what an event says; empty if it says nothing of SAs. */
    Optional<Told> apply(ViciEvent event, Instant now) {
        return switch (event) {
            case IkeUpdown it -> {
                touch(it.ikeSa().name());
                if (it.up()) {
                    put(it.ikeSa(), now);
                    authenticated(it.ikeSa(), Optional.of(now));
                } else {
                    remove(it.ikeSa());
                }
                yield told(it.ikeSa(), it.up());
            }
            case ChildUpdown it -> {
                touch(it.ikeSa().name());
                if (it.up()) {
                    add(it.childSa(), put(it.ikeSa(), now));
                } else {
                    remove(it.ikeSa(), it.childSa());
                }
                yield told(it.ikeSa(), it.up());
            }
            case IkeRekey it -> {
                touch(it.old().name());
                // The CHILD_SAs move to the new IKE_SA.
                Ike old = of(it.old().name()).remove(it.old().uniqueId());
                Ike replacement = put(it.replacement(), now);
                if (old != null) {
                    replacement.children().putAll(old.children());
                    authenticated(it.replacement(), old.authenticatedAt());
                }
                yield told(it.replacement(), true);
            }
            case ChildRekey it -> {
                touch(it.ikeSa().name());
                Ike ike = put(it.ikeSa(), now);
                ike.children().remove(it.old().uniqueId());
                add(it.replacement(), ike);
                yield told(it.ikeSa(), true);
            }
            case IkeUpdate it -> {
                touch(it.ikeSa().name());
                of(it.ikeSa().name())
                        .computeIfPresent(
                                it.ikeSa().uniqueId(),
                                (_, ike) -> ike.at(address(it.remoteHost())));
                dropIfEmpty(it.ikeSa().name());
                yield told(it.ikeSa(), true);
            }
            case ViciEvent.Other _ -> Optional.empty();
        };
    }

    private static Optional<Told> told(IkeSa sa, boolean up) {
        return Optional.of(new Told(sa, up));
    }

    /** A listing begins: what events tell from now on is newer than what it will say. */
    void listingBegins() {
        listing = Optional.of(new Listing());
    }

    /** An SA of the listing under way. */
    void listed(IkeSa sa, Instant now) {
        if (sa.name().equals(IkeSa.UNNAMED)) {
            return;
        }
        Ike ike = ike(sa, now, new TreeMap<>());
        sa.childSas().forEach(child -> add(child, ike));
        listing.orElseThrow()
                .sas()
                .computeIfAbsent(sa.name(), _ -> new TreeMap<>())
                .put(sa.uniqueId(), ike);
    }

    /** The listing is complete: it corrects every connection that no event spoke of meanwhile. */
    void listingEnds() {
        Listing complete = listing.orElseThrow();
        listing = Optional.empty();
        complete.sas().keySet().removeAll(complete.told());
        complete.sas()
                .forEach(
                        (name, sas) -> {
                            NavigableMap<Long, Ike> former = byName.getOrDefault(name, NONE);
                            sas.replaceAll((id, ike) -> ike.knownAs(former.get(id)));
                        });
        byName.keySet().retainAll(complete.told());
        byName.putAll(complete.sas());
    }

    /** There is no SA any more. */
    void clear() {
        listing = Optional.empty();
        byName.clear();
    }

    /** Every SA has ended, but those that events told of since the listing under way began. */
    void clearUntold() {
        byName.keySet().retainAll(listing.map(Listing::told).orElse(Set.of()));
    }

    private Ike put(IkeSa sa, Instant now) {
        NavigableMap<Long, Ike> sas = of(sa.name());
        Ike former = sas.get(sa.uniqueId());
        Ike ike =
                ike(sa, now, former == null ? new TreeMap<>() : former.children()).knownAs(former);
        sas.put(sa.uniqueId(), ike);
        return ike;
    }

    private void authenticated(IkeSa sa, Optional<Instant> at) {
        of(sa.name()).computeIfPresent(sa.uniqueId(), (_, ike) -> ike.authenticated(at));
    }

    private static Ike ike(IkeSa sa, Instant now, NavigableMap<Long, Child> children) {
        return new Ike(
                sa.isEstablished(),
                now.minus(sa.established().orElse(Duration.ZERO)),
                Optional.empty(),
                address(sa.remote().host()),
                words(sa.proposal()),
                children);
    }

    private static void add(ChildSa child, Ike ike) {
        ike.children().put(child.uniqueId(), child(child));
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

    private void remove(IkeSa sa) {
        of(sa.name()).remove(sa.uniqueId());
        dropIfEmpty(sa.name());
    }

    private void remove(IkeSa sa, ChildSa child) {
        Ike ike = of(sa.name()).get(sa.uniqueId());
        if (ike != null) {
            ike.children().remove(child.uniqueId());
        }
        dropIfEmpty(sa.name());
    }

    private void dropIfEmpty(String name) {
        if (of(name).isEmpty()) {
            byName.remove(name);
        }
    }

    private void touch(String name) {
        listing.ifPresent(underWay -> underWay.told().add(name));
    }
}
