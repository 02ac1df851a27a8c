package io.sallyport.provisioner.order;

import io.micronaut.transaction.SynchronousTransactionManager;
import io.micronaut.transaction.TransactionDefinition;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.database.Sql;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks into the tables, and changes them, past the API. */
public final class Rows {
    private final RunningProvisioner provisioner;

    public Rows(RunningProvisioner provisioner) {
        this.provisioner = provisioner;
    }

    /** How many rows there are. */
    public int count(String fromAndWhere) {
        return inTransaction(
                sql ->
                        sql.first(
                                        "SELECT count(*) AS n FROM " + fromAndWhere,
                                        row -> row.getInt("n"))
                                .orElseThrow());
    }

    /** What every row of every table says, by table; octets in hexadecimal. */
    public Map<String, List<String>> everything() {
        return inTransaction(
                sql ->
                        sql
                                .list(
                                        "SELECT tablename FROM pg_tables WHERE schemaname ="
                                                + " 'public' ORDER BY tablename",
                                        row -> row.getString("tablename"))
                                .stream()
                                .collect(
                                        Collectors.toMap(
                                                table -> table, table -> rows(sql, table))));
    }

    private static List<String> rows(Sql sql, String table) {
        return sql.list(
                "SELECT t::text AS said FROM \"%s\" t ORDER BY said".formatted(table),
                row -> row.getString("said"));
    }

    /** The id that a query for one column {@code id} finds. */
    public UUID id(String query, Object... parameters) {
        return inTransaction(
                sql ->
                        sql.first(query, row -> row.getObject("id", UUID.class), parameters)
                                .orElseThrow());
    }

    /** Runs a statement. */
    public void change(String statement, Object... parameters) {
        int _ = inTransaction(sql -> sql.update(statement, parameters));
    }

    /**
     * Works while it holds a lock on these rows. In the work, {@link #waiting} tells of others who
     * want them.
     */
    public void whileLocked(String fromAndWhere, Runnable work) {
        int _ =
                inTransaction(
                        sql -> {
                            sql.list(
                                    "SELECT FROM " + fromAndWhere + " FOR NO KEY UPDATE",
                                    _ -> true);
                            work.run();
                            return 0;
                        });
    }

    /** How many sessions of the database wait for what this thread has locked. */
    public int waiting() {
        return inTransaction(
                sql ->
                        sql.first(
                                        """
                                        SELECT count(DISTINCT pid) AS n FROM pg_locks
                                         WHERE NOT granted
                                           AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
                                        """,
                                        row -> row.getInt("n"))
                                .orElseThrow());
    }

    private <T> T inTransaction(Function<Sql, T> work) {
        Sql sql = provisioner.bean(Sql.class);
        SynchronousTransactionManager<?> transactions =
                provisioner.bean(SynchronousTransactionManager.class);
        return transactions.execute(TransactionDefinition.DEFAULT, _ -> work.apply(sql));
    }
}
