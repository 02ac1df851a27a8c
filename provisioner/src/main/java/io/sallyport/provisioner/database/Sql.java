package io.sallyport.provisioner.database;

import io.micronaut.data.jdbc.runtime.JdbcOperations;

import jakarta.inject.Singleton;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Statements that a repository's method names cannot say: locks, networks, lateral joins. Runs on
 * the connection of the present transaction, blocks, and needs a transaction to be there; one that
 * reads with a single statement is content with a connection ({@code Connectable}).
 *
 * <p>Parameters are null, strings, numbers, booleans, UUIDs, instants, octets, or collections of
 * UUIDs or of anything whose text is wanted (an SQL array); of other values the text is passed, to
 * be cast in the statement.
 */
@Singleton
public class Sql {
    private final JdbcOperations jdbc;

    Sql(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {
        /** Makes a value of the row that the set stands on; does not move it. */
        T read(ResultSet row) throws SQLException;
    }

    /** Runs a statement that changes rows and returns how many. */
    public int update(String sql, Object... parameters) {
        return jdbc.prepareStatement(
                sql,
                statement -> {
                    bind(statement, parameters);
                    return statement.executeUpdate();
                });
    }

    /** Runs a statement once for each list of parameters, in one round trip. */
    public void updateEach(String sql, List<Object[]> parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        jdbc.prepareStatement(
                sql,
                statement -> {
                    for (Object[] each : parameters) {
                        bind(statement, each);
                        statement.addBatch();
                    }
                    return statement.executeBatch();
                });
    }

    /** Runs a statement that gives rows. */
    public <T> List<T> list(String sql, Row<T> row, Object... parameters) {
        return jdbc.prepareStatement(
                sql,
                statement -> {
                    bind(statement, parameters);
                    List<T> all = new ArrayList<>();
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            all.add(row.read(rows));
                        }
                    }
                    return all;
                });
    }

    /** Runs a statement that gives one row at most; further ones are passed over. */
    public <T> Optional<T> first(String sql, Row<T> row, Object... parameters) {
        return list(sql, row, parameters).stream().findFirst();
    }

    /** The instant in a column that is never null. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** The instant in a column. */
    public static Optional<Instant> instantIfAny(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    /** The texts in a column of type text[] that is never null. */
    public static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static void bind(PreparedStatement statement, Object... parameters)
            throws SQLException {
        for (int index = 0; index < parameters.length; index++) {
            bind(statement, index + 1, parameters[index]);
        }
    }

    private static void bind(PreparedStatement statement, int index, Object parameter)
            throws SQLException {
        switch (parameter) {
            case null -> statement.setNull(index, Types.NULL);
            case byte[] octets -> statement.setBytes(index, octets);
            case Instant instant ->
                    statement.setObject(index, OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
            case UUID _, Number _, Boolean _ -> statement.setObject(index, parameter);
            case Collection<?> all
                    when !all.isEmpty() && all.stream().allMatch(UUID.class::isInstance) ->
                    statement.setArray(
                            index, statement.getConnection().createArrayOf("uuid", all.toArray()));
            case Collection<?> all ->
                    statement.setArray(
                            index,
                            statement
                                    .getConnection()
                                    .createArrayOf(
                                            "text", all.stream().map(String::valueOf).toArray()));
            default -> statement.setString(index, parameter.toString());
        }
    }
}
