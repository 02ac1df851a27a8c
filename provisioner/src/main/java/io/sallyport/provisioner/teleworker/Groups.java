package io.sallyport.provisioner.teleworker;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.gateway.GatewayVersions;
import io.sallyport.provisioner.gateway.ServedGroups;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.session.Sessions;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The groups of customers. Every method blocks. */
@Singleton
public class Groups implements ServedGroups {
    /** The most groups of a customer; each is in every state of its gateways. */
    private static final int AT_MOST = 100;

    private final Sql sql;
    private final GatewayVersions versions;
    private final Sessions sessions;
    private final Clock clock;

    Groups(Sql sql, GatewayVersions versions, Sessions sessions, Clock clock) {
        this.sql = sql;
        this.versions = versions;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * A group.
     *
     * @param position where it stands in the list
     */
    public record Group(UUID id, int position, GroupPolicy policy) {}

    @Override
    @Transactional(readOnly = true)
    public List<GroupPolicy> of(UUID customer) {
        return all(customer).stream().map(Group::policy).toList();
    }

    /** All of a customer, in their order. */
    @Transactional(readOnly = true)
    List<Group> all(UUID customer) {
        return sql.list(
                "SELECT * FROM teleworker_group WHERE customer = ? ORDER BY position, name",
                Groups::group,
                customer);
    }

    /** The one of this name. */
    @Transactional(readOnly = true)
    public Optional<Group> find(UUID customer, String name) {
        // PostgreSQL takes no text with NUL: what nobody can be called is not asked for.
        return Optional.of(name)
                .filter(DnsName::isLabel)
                .flatMap(
                        label ->
                                sql.first(
                                        """
                                        SELECT * FROM teleworker_group
                                         WHERE customer = ? AND name = ?
                                        """,
                                        Groups::group,
                                        customer,
                                        label));
    }

    /**
     * Adds one.
     *
     * @throws ProblemException if there is one of this name, or there are too many
     */
    @Transactional
    Group create(UUID customer, NewGroup.Checked checked) {
        String name = checked.policy().name();
        if (all(customer).size() >= AT_MOST) {
            throw ProblemException.of(
                    Kind.CONFLICT, "expected at most %d groups".formatted(AT_MOST));
        }
        int created =
                sql.update(
                        """
                        INSERT INTO teleworker_group (id, customer, name, position, policy, created_at)
                        VALUES (?, ?, ?, ?, ?::jsonb, ?)
                        ON CONFLICT ON CONSTRAINT teleworker_group_name_unique DO NOTHING
                        """,
                        UUID.randomUUID(),
                        customer,
                        name,
                        checked.position(),
                        json(checked.policy()),
                        clock.instant());
        if (created == 0) {
            throw ProblemException.of(
                    Kind.CONFLICT, "name", "there is a group named %s".formatted(name));
        }
        versions.changedForCustomer(customer);
        return find(customer, name).orElseThrow();
    }

    /**
     * Replaces what is said of a group. Sessions go on as they were granted.
     *
     * @throws ProblemException if there is none of this name
     */
    @Transactional
    Group replace(UUID customer, NewGroup.Checked checked) {
        String name = checked.policy().name();
        int replaced =
                sql.update(
                        """
                        UPDATE teleworker_group SET position = ?, policy = ?::jsonb
                         WHERE customer = ? AND name = ?
                        """,
                        checked.position(),
                        json(checked.policy()),
                        customer,
                        name);
        if (replaced == 0) {
            throw unknown();
        }
        versions.changedForCustomer(customer);
        return find(customer, name).orElseThrow();
    }

    /**
     * Deletes a group with its memberships; its sessions end.
     *
     * @throws ProblemException if there is none of this name
     */
    @Transactional
    void delete(UUID customer, String name) {
        if (!DnsName.isLabel(name)
                || sql.update(
                                "DELETE FROM teleworker_group WHERE customer = ? AND name = ?",
                                customer,
                                name)
                        == 0) {
            throw unknown();
        }
        versions.changedForCustomer(customer);
        sessions.endOfGroup(customer, name, "Your group was removed.");
    }

    static ProblemException unknown() {
        return ProblemException.of(Kind.NOT_FOUND, "there is no such group");
    }

    private static Group group(ResultSet row) throws SQLException {
        try {
            return new Group(
                    row.getObject("id", UUID.class),
                    row.getInt("position"),
                    WireJson.decode(
                            row.getString("policy").getBytes(StandardCharsets.UTF_8),
                            GroupPolicy.class));
        } catch (MalformedWireException e) {
            throw new IllegalStateException("the policy of a group is damaged", e);
        }
    }

    private static String json(GroupPolicy policy) {
        return new String(WireJson.encode(policy), StandardCharsets.UTF_8);
    }
}
