package io.sallyport.provisioner.tunnel;

import io.sallyport.provisioner.access.Customer;
import io.sallyport.provisioner.address.ProbeAddresses;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.truth.TunnelEvidence;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds a place for a new tunnel: a concentrator, a name, addresses that nobody else has. Runs in
 * the caller's transaction, which has to hold {@link #lock()}.
 */
@Singleton
public class TunnelAllocation {
    private record Place(UUID id, List<IpNetwork> networks) {}

    private record Occupied(int index, IpNetwork network, boolean own) {}

    // Any number that nothing else in this database locks.
    private static final long LOCK = 0x53414c4c59303031L;

    private final Sql sql;
    private final TunnelStore tunnels;
    private final ProbeAddresses addresses;
    private final TunnelEvidence evidence;

    TunnelAllocation(
            Sql sql, TunnelStore tunnels, ProbeAddresses addresses, TunnelEvidence evidence) {
        this.sql = sql;
        this.tunnels = tunnels;
        this.addresses = addresses;
        this.evidence = evidence;
    }

    /**
     * Lets one transaction at a time allocate, until it ends: so each sees what the one before it
     * took and can say kindly what is taken. The constraints of the database hold without it.
     */
    public void lock() {
        sql.list("SELECT pg_advisory_xact_lock(?)", _ -> LOCK, LOCK);
    }

    /**
     * Allocates a tunnel and stores it.
     *
     * @param identity the branch's IKE identity
     * @param networks the branch's networks, well formed and not reserved
     * @return the tunnel's id
     * @throws ProblemException naming every field that collides with what is there, or saying that
     *     there is no room
     */
    public UUID allocate(
            Customer customer,
            String branch,
            DnsName identity,
            List<IpNetwork> networks,
            Instant at) {
        Place place = place(at).orElseThrow(() -> full("no concentrator is ready"));
        refuseCollisions(customer.id(), branch, identity, networks, place);
        IpAddress probeAddress =
                addresses
                        .free()
                        .orElseThrow(
                                () ->
                                        full(
                                                "all %d probe addresses of %s are in use"
                                                        .formatted(
                                                                addresses.pool().size(),
                                                                addresses.pool().network())));
        UUID id = UUID.randomUUID();
        tunnels.insert(id, customer.id(), place.id(), branch, identity, probeAddress, networks, at);
        evidence.begin(id, customer.id(), at);
        return id;
    }

    private static ProblemException full(String why) {
        return ProblemException.of(ProblemException.Kind.UNAVAILABLE, why);
    }

    // One that never enrolled may never come. One that is silent may only be restarting, so it is
    // taken if nobody else is there.
    private Optional<Place> place(Instant at) {
        return sql.first(
                """
                SELECT c.id, c.protected_networks FROM concentrator c
                WHERE c.enrolled_at IS NOT NULL
                ORDER BY c.last_seen IS NULL OR c.last_seen < ?,
                    (SELECT count(*) FROM tunnel t WHERE t.concentrator = c.id AND t.state <> 'ENDED'), c.id
                LIMIT 1
                """,
                row ->
                        new Place(
                                row.getObject("id", UUID.class),
                                Sql.texts(row, "protected_networks").stream()
                                        .map(IpNetwork::parse)
                                        .toList()),
                at.minus(TunnelEvidence.SILENCE));
    }

    private void refuseCollisions(
            UUID customer, String branch, DnsName identity, List<IpNetwork> networks, Place place) {
        FieldErrors errors = new FieldErrors();
        sql.first(
                        "SELECT state FROM tunnel WHERE identity = ? AND state <> 'ENDED'",
                        row -> row.getString("state"),
                        identity)
                .ifPresent(
                        state ->
                                errors.add(
                                        "branch",
                                        "%s has a tunnel already, which is %s"
                                                .formatted(branch, state)));
        for (int index = 0; index < networks.size(); index++) {
            IpNetwork network = networks.get(index);
            String field = field(index);
            place.networks().stream()
                    .filter(network::overlaps)
                    .findFirst()
                    .ifPresent(
                            other ->
                                    errors.add(
                                            field,
                                            "%s overlaps %s, which is behind the concentrator"
                                                    .formatted(network, other)));
        }
        for (Occupied occupied : occupied(customer, networks, place)) {
            // Another customer's network is none of this customer's business.
            errors.add(
                    field(occupied.index()),
                    occupied.own()
                            ? "%s overlaps %s of another branch"
                                    .formatted(networks.get(occupied.index()), occupied.network())
                            : "%s is in use on the concentrator"
                                    .formatted(networks.get(occupied.index())));
        }
        for (Occupied pool : pools(customer, networks)) {
            errors.add(
                    field(pool.index()),
                    pool.own()
                            ? "%s overlaps %s, the addresses of teleworkers"
                                    .formatted(networks.get(pool.index()), pool.network())
                            : "%s is in use by teleworkers".formatted(networks.get(pool.index())));
        }
        errors.throwIfAny();
    }

    /**
     * The address pools of gateways that networks overlap, one of each at most. Of all customers:
     * what is sent to a teleworker would go into the branch's tunnel.
     */
    private List<Occupied> pools(UUID customer, List<IpNetwork> networks) {
        return sql.list(
                """
                SELECT DISTINCT ON (wanted.index) wanted.index::int - 1 AS index,
                    pool.network::text AS network, g.customer = ? AS own
                FROM unnest(?) WITH ORDINALITY AS wanted (network, index)
                    CROSS JOIN gateway g
                    CROSS JOIN LATERAL (VALUES (g.pool_v4), (g.pool_v6)) AS pool (network)
                WHERE pool.network && wanted.network::inet
                ORDER BY wanted.index, own DESC
                """,
                TunnelAllocation::occupied,
                customer,
                networks);
    }

    /**
     * A branch's network that overlaps one of these, if there is any. The caller holds {@link
     * #lock()}.
     *
     * @param pool addresses that are to be given to teleworkers
     */
    public Optional<IpNetwork> branchNetworkIn(IpNetwork pool) {
        return sql.first(
                """
                SELECT network::text AS network FROM tunnel_network
                WHERE occupied AND network && ?::inet ORDER BY network LIMIT 1
                """,
                row -> IpNetwork.parse(row.getString("network")),
                pool);
    }

    private List<Occupied> occupied(UUID customer, List<IpNetwork> networks, Place place) {
        return sql.list(
                """
                SELECT DISTINCT ON (wanted.index) wanted.index::int - 1 AS index,
                    n.network::text AS network, n.customer = ? AS own
                FROM unnest(?) WITH ORDINALITY AS wanted (network, index)
                    JOIN tunnel_network n ON n.occupied AND n.network && wanted.network::inet
                WHERE n.customer = ? OR n.concentrator = ?
                ORDER BY wanted.index, own DESC
                """,
                TunnelAllocation::occupied,
                customer,
                networks,
                customer,
                place.id());
    }

    private static Occupied occupied(ResultSet row) throws SQLException {
        return new Occupied(
                row.getInt("index"),
                IpNetwork.parse(row.getString("network")),
                row.getBoolean("own"));
    }

    private static String field(int index) {
        return "protectedNetworks[%d]".formatted(index);
    }
}
