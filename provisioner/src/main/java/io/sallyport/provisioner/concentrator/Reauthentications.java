package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Which IKE_SAs are to be authenticated anew. Every method blocks on the database. */
@Singleton
public class Reauthentications {
    private final Sql sql;

    Reauthentications(Sql sql) {
        this.sql = sql;
    }

    /**
     * Wants the SA of a tunnel authenticated after this, by its concentrator's clock. The caller
     * counts a new version of the desired state in the same transaction.
     */
    @Transactional
    public void want(UUID tunnel, Instant after) {
        sql.update(
                """
                INSERT INTO tunnel_reauthentication (tunnel, authenticated_after) VALUES (?, ?)
                ON CONFLICT (tunnel) DO UPDATE
                   SET authenticated_after = excluded.authenticated_after
                """,
                tunnel,
                after);
    }

    /** They may be of any age again. The next version of the desired state says so. */
    @Transactional
    public void forget(Collection<UUID> tunnels) {
        tunnels.forEach(
                tunnel ->
                        sql.update("DELETE FROM tunnel_reauthentication WHERE tunnel = ?", tunnel));
    }

    Map<UUID, Instant> of(UUID concentrator) {
        Map<UUID, Instant> wanted = new HashMap<>();
        sql.list(
                """
                SELECT r.tunnel, r.authenticated_after
                  FROM tunnel_reauthentication r JOIN tunnel t ON t.id = r.tunnel
                 WHERE t.concentrator = ?
                """,
                row ->
                        wanted.put(
                                row.getObject("tunnel", UUID.class),
                                Sql.instant(row, "authenticated_after")),
                concentrator);
        return wanted;
    }
}
