package io.sallyport.provisioner.teleworker;

import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.Sql;

import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The devices of teleworkers that enrolled over EST, each with a chain of certificates. Every
 * method blocks and runs in the caller's transaction.
 */
@Singleton
public class TeleworkerDevices {
    private final Sql sql;
    private final TeleworkerStore store;
    private final Configuration configuration;

    TeleworkerDevices(Sql sql, TeleworkerStore store, Configuration configuration) {
        this.sql = sql;
        this.store = store;
        this.configuration = configuration;
    }

    /**
     * Whose a device is.
     *
     * @param active whether the teleworker may log in
     * @param identity what its certificates name
     */
    public record Holder(UUID id, UUID customer, boolean active, Identity identity) {}

    /**
     * A device.
     *
     * @param certificate its newest one's id
     * @param requestHash SHA-256 of the request in DER that this answers
     */
    public record Device(UUID id, UUID teleworker, UUID certificate, String requestHash) {}

    /**
     * Reads a customer's teleworker and locks it until the transaction ends, so that of two
     * requests for a certificate, or one and a block, one waits.
     *
     * @return empty if there is none, or it is deleted
     */
    public Optional<Holder> lock(UUID customer, UUID teleworker) {
        return lock(teleworker).filter(holder -> holder.customer().equals(customer));
    }

    /** As {@link #lock(UUID, UUID)}, of whatever customer. */
    public Optional<Holder> lock(UUID teleworker) {
        return sql.first(
                """
                SELECT t.id, t.customer, t.username, t.state, c.name
                  FROM teleworker t JOIN customer c ON c.id = t.customer
                 WHERE t.id = ? AND t.state <> 'DELETED' FOR NO KEY UPDATE OF t
                """,
                this::holder,
                teleworker);
    }

    /** The device that a certificate was issued to; empty if it was issued by hand. */
    public Optional<Device> holding(UUID certificate) {
        return sql.first(
                """
                SELECT d.* FROM teleworker_certificate t JOIN teleworker_device d ON d.id = t.device
                 WHERE t.certificate = ?
                """,
                TeleworkerDevices::device,
                certificate);
    }

    /** The device of this id. */
    public Device find(UUID id) {
        return sql.first(
                        "SELECT * FROM teleworker_device WHERE id = ?",
                        TeleworkerDevices::device,
                        id)
                .orElseThrow();
    }

    /** Whether any certificate that the device ever had was revoked. */
    public boolean isRevoked(UUID device) {
        return sql.first(
                        """
                        SELECT c.id FROM teleworker_certificate t
                          JOIN certificate c ON c.id = t.certificate
                         WHERE t.device = ? AND c.revoked_at IS NOT NULL
                        """,
                        _ -> true,
                        device)
                .isPresent();
    }

    /**
     * What else the device of a certificate holds at that moment; nothing of one that was issued by
     * hand.
     */
    public List<UUID> besides(UUID certificate, Instant now) {
        return sql.list(
                """
                SELECT c.id FROM teleworker_certificate t
                  JOIN teleworker_certificate other ON other.device = t.device
                  JOIN certificate c ON c.id = other.certificate
                 WHERE t.certificate = ? AND c.id <> t.certificate
                   AND c.revoked_at IS NULL AND c.not_after >= ?
                 ORDER BY c.id
                """,
                row -> row.getObject("id", UUID.class),
                certificate,
                now);
    }

    /** How many certificates the device got since then. */
    public int issuedSince(UUID device, Instant since) {
        return sql.first(
                        """
                        SELECT count(*)::int AS issued FROM teleworker_certificate t
                          JOIN certificate c ON c.id = t.certificate
                         WHERE t.device = ? AND c.issued_at >= ?
                        """,
                        row -> row.getInt("issued"),
                        device,
                        since)
                .orElseThrow();
    }

    /** A new device, with its first certificate. */
    public Device add(Holder holder, UUID certificate, String requestHash) {
        var device = new Device(UUID.randomUUID(), holder.id(), certificate, requestHash);
        sql.update(
                """
                INSERT INTO teleworker_device (id, teleworker, certificate, request_hash)
                VALUES (?, ?, ?, ?)
                """,
                device.id(),
                device.teleworker(),
                certificate,
                requestHash);
        store.insertCertificate(certificate, holder.id(), holder.customer(), device.id());
        return device;
    }

    /** From now on this certificate is the device's newest. */
    public void renewed(Device device, Holder holder, UUID certificate, String requestHash) {
        sql.update(
                "UPDATE teleworker_device SET certificate = ?, request_hash = ? WHERE id = ?",
                certificate,
                requestHash,
                device.id());
        store.insertCertificate(certificate, holder.id(), holder.customer(), device.id());
    }

    /** What certificates name the teleworker of a customer. */
    static Identity identity(String username, String customer, String domain) {
        return Identity.user("%s@%s.%s".formatted(username, customer, domain));
    }

    private Holder holder(ResultSet row) throws SQLException {
        return new Holder(
                row.getObject("id", UUID.class),
                row.getObject("customer", UUID.class),
                Teleworker.State.valueOf(row.getString("state")) == Teleworker.State.ACTIVE,
                identity(
                        row.getString("username"),
                        row.getString("name"),
                        configuration.domain().value()));
    }

    private static Device device(ResultSet row) throws SQLException {
        return new Device(
                row.getObject("id", UUID.class),
                row.getObject("teleworker", UUID.class),
                row.getObject("certificate", UUID.class),
                row.getString("request_hash"));
    }
}
