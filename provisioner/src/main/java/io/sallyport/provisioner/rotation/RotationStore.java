package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.rotation.Rotation.State;
import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.Rotation.TargetState;
import io.sallyport.provisioner.rotation.Rotation.Wave;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The rows of rotations. Every method blocks and runs in the caller's transaction. */
@Singleton
class RotationStore {
    private final Sql sql;

    RotationStore(Sql sql) {
        this.sql = sql;
    }

    /** Something that can be a target, or the node of one. */
    record Named(UUID id, String name) {}

    List<Named> enrolledConcentrators() {
        return sql.list(
                "SELECT id, name FROM concentrator WHERE enrolled_at IS NOT NULL ORDER BY name",
                RotationStore::named);
    }

    List<Named> enrolledGateways() {
        return sql.list(
                "SELECT id, name FROM gateway WHERE enrolled_at IS NOT NULL ORDER BY name",
                RotationStore::named);
    }

    /** Tunnels that the desired state of a concentrator has. */
    List<Named> tunnels(UUID concentrator) {
        return sql.list(
                """
                SELECT id, identity AS name FROM tunnel
                 WHERE concentrator = ? AND state = 'ACTIVE' AND configured_version IS NOT NULL
                 ORDER BY created_at, id
                """,
                RotationStore::named,
                concentrator);
    }

    /** The first few of its tunnels that are connected. */
    List<Named> connected(UUID concentrator, int atMost) {
        return sql.list(
                """
                SELECT t.id, t.identity AS name FROM tunnel t
                  JOIN tunnel_truth e ON e.tunnel = t.id AND e.truth = 'ESTABLISHED' AND e.holds
                 WHERE t.concentrator = ? AND t.state = 'ACTIVE'
                   AND t.configured_version IS NOT NULL
                 ORDER BY t.created_at, t.id LIMIT ?
                """,
                RotationStore::named,
                concentrator,
                atMost);
    }

    /** Tunnels of branches that have a certificate. */
    List<Named> sites() {
        return sql.list(
                """
                SELECT id, identity AS name FROM tunnel
                 WHERE state = 'ACTIVE' AND configured_version IS NOT NULL
                 ORDER BY created_at, id
                """,
                RotationStore::named);
    }

    /** The concentrator of a tunnel. */
    UUID concentrator(UUID tunnel) {
        return sql.first(
                        "SELECT concentrator FROM tunnel WHERE id = ?",
                        row -> row.getObject("concentrator", UUID.class),
                        tunnel)
                .orElseThrow();
    }

    private static Named named(ResultSet row) throws SQLException {
        return new Named(row.getObject("id", UUID.class), row.getString("name"));
    }

    void insert(Rotation rotation, int canary, int waveSize) {
        Succession succession = rotation.succession();
        sql.update(
                """
                INSERT INTO rotation (id, kind, state, canary, wave_size, wave_seconds, started_at,
                       begun_by, purpose, accept_seconds)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                rotation.id(),
                rotation.kind(),
                rotation.state(),
                canary,
                waveSize,
                rotation.waveLimit().toSeconds(),
                rotation.startedAt(),
                rotation.begunBy(),
                succession == null ? null : succession.purpose().name(),
                succession == null || succession.acceptFormerFor() == null
                        ? null
                        : succession.acceptFormerFor().toSeconds());
        for (Wave wave : rotation.waves()) {
            sql.update(
                    "INSERT INTO rotation_wave (rotation, number) VALUES (?, ?)",
                    rotation.id(),
                    wave.number());
            int position = 0;
            for (Target target : wave.targets()) {
                sql.update(
                        """
                        INSERT INTO rotation_target
                               (rotation, wave, target, position, step, name, node, state)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        rotation.id(),
                        wave.number(),
                        target.id(),
                        position++,
                        target.step(),
                        target.name(),
                        target.node(),
                        target.state());
            }
        }
    }

    /** The newest first. */
    List<UUID> all() {
        return sql.list(
                "SELECT id FROM rotation ORDER BY started_at DESC, id",
                row -> row.getObject("id", UUID.class));
    }

    /** Those under way, in the order in which they were begun. */
    List<UnderWay> underWay() {
        return sql.list(
                """
                SELECT id, kind, purpose, awaits_ceremony FROM rotation
                 WHERE state IN ('RUNNING', 'STOPPED') ORDER BY started_at, id
                """,
                row ->
                        new UnderWay(
                                row.getObject("id", UUID.class),
                                Kind.valueOf(row.getString("kind")),
                                Optional.ofNullable(row.getString("purpose")).map(Purposes::stored),
                                row.getBoolean("awaits_ceremony")));
    }

    /** Until the transaction ends nobody else begins a rotation or takes one further. */
    void lockAll() {
        sql.update("LOCK TABLE rotation IN SHARE ROW EXCLUSIVE MODE");
    }

    /** It waits for a ceremony, or does not any more. */
    void awaitsCeremony(UUID rotation, boolean awaits) {
        sql.update(
                "UPDATE rotation SET awaits_ceremony = ? WHERE id = ? AND awaits_ceremony <> ?",
                awaits,
                rotation,
                awaits);
    }

    /** Locks the row until the transaction ends. */
    boolean lock(UUID id) {
        return sql.first("SELECT id FROM rotation WHERE id = ? FOR UPDATE", _ -> true, id)
                .isPresent();
    }

    Optional<Rotation> find(UUID id) {
        return sql.first("SELECT * FROM rotation WHERE id = ?", this::rotation, id);
    }

    private Rotation rotation(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new Rotation(
                id,
                Kind.valueOf(row.getString("kind")),
                State.valueOf(row.getString("state")),
                Duration.ofSeconds(row.getLong("wave_seconds")),
                row.getString("begun_by"),
                row.getBoolean("aborted"),
                row.getString("aborted_by"),
                row.getString("cause"),
                Sql.instant(row, "started_at"),
                Sql.instantIfAny(row, "finished_at").orElse(null),
                sql.list(
                        "SELECT * FROM rotation_wave WHERE rotation = ? ORDER BY number",
                        wave -> wave(id, wave),
                        id),
                succession(row));
    }

    @Nullable
    private static Succession succession(ResultSet row) throws SQLException {
        String purpose = row.getString("purpose");
        Long seconds = row.getObject("accept_seconds", Long.class);
        return purpose == null
                ? null
                : new Succession(
                        Purposes.stored(purpose),
                        row.getString("authority"),
                        row.getString("former_authority"),
                        seconds == null ? null : Duration.ofSeconds(seconds));
    }

    /** The next authority is there. */
    void authority(UUID rotation, String name) {
        sql.update("UPDATE rotation SET authority = ? WHERE id = ?", name, rotation);
    }

    /** The next authority issues, in the place of this one. */
    void former(UUID rotation, String name) {
        sql.update("UPDATE rotation SET former_authority = ? WHERE id = ?", name, rotation);
    }

    /** Whether a gateway has put the newest version of its desired state into force. */
    boolean hasNewestState(UUID gateway) {
        return sql.first(
                        "SELECT fetched_version = desired_version AS newest FROM gateway WHERE id ="
                                + " ?",
                        row -> row.getBoolean("newest"),
                        gateway)
                .orElse(false);
    }

    /** SHA-256 of what a concentrator's charon says it trusts; empty if it never said. */
    Optional<Set<String>> trustOf(UUID concentrator) {
        return sql.first(
                "SELECT fingerprints FROM concentrator_trust WHERE concentrator = ?",
                row -> Set.copyOf(Sql.texts(row, "fingerprints")),
                concentrator);
    }

    /** SHA-256 of the roots that a branch says it trusts; empty if it never said. */
    Optional<Set<String>> rootsOf(UUID tunnel) {
        return sql.first(
                "SELECT fingerprints FROM branch_trust WHERE tunnel = ?",
                row -> Set.copyOf(Sql.texts(row, "fingerprints")),
                tunnel);
    }

    private Wave wave(UUID rotation, ResultSet row) throws SQLException {
        int number = row.getInt("number");
        return new Wave(
                number,
                Sql.instantIfAny(row, "started_at").orElse(null),
                Sql.instantIfAny(row, "finished_at").orElse(null),
                sql.list(
                        """
                        SELECT * FROM rotation_target WHERE rotation = ? AND wave = ?
                         ORDER BY position
                        """,
                        RotationStore::target,
                        rotation,
                        number));
    }

    private static Target target(ResultSet row) throws SQLException {
        return new Target(
                row.getObject("target", UUID.class),
                Step.valueOf(row.getString("step")),
                row.getString("name"),
                row.getObject("node", UUID.class),
                TargetState.valueOf(row.getString("state")),
                row.getString("detail"),
                Sql.instantIfAny(row, "authenticated_after").orElse(null),
                row.getObject("lost_before", Long.class),
                row.getLong("lost_packets"),
                row.getObject("former_certificate", UUID.class));
    }

    void waveStarted(UUID rotation, int wave, Instant at) {
        sql.update(
                "UPDATE rotation_wave SET started_at = ? WHERE rotation = ? AND number = ?",
                at,
                rotation,
                wave);
    }

    void waveFinished(UUID rotation, int wave, Instant at) {
        sql.update(
                "UPDATE rotation_wave SET finished_at = ? WHERE rotation = ? AND number = ?",
                at,
                rotation,
                wave);
    }

    void update(UUID rotation, int wave, Target target) {
        sql.update(
                """
                UPDATE rotation_target
                   SET state = ?, detail = ?, authenticated_after = ?, lost_before = ?,
                       lost_packets = ?, former_certificate = ?::uuid
                 WHERE rotation = ? AND wave = ? AND target = ?
                """,
                target.state(),
                target.detail(),
                target.authenticatedAfter(),
                target.lostBefore(),
                target.lostPackets(),
                target.formerCertificate(),
                rotation,
                wave,
                target.id());
    }

    /** It has failed. */
    void stop(UUID rotation, String cause) {
        sql.update(
                "UPDATE rotation SET state = 'STOPPED', cause = ? WHERE id = ?", cause, rotation);
    }

    /** Somebody wants it to end. */
    void abort(UUID rotation, String cause, String who) {
        sql.update(
                """
                UPDATE rotation SET state = 'STOPPED', cause = ?, aborted = true, aborted_by = ?
                 WHERE id = ?
                """,
                cause,
                who,
                rotation);
    }

    void finish(UUID rotation, State state, Instant at) {
        sql.update(
                "UPDATE rotation SET state = ?, finished_at = ? WHERE id = ?", state, at, rotation);
    }
}
