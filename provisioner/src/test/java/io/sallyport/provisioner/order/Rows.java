package io.sallyport.provisioner.order;

import io.micronaut.transaction.SynchronousTransactionManager;
import io.micronaut.transaction.TransactionDefinition;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.database.Sql;

import java.util.function.ToIntFunction;

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

    /** Runs a statement. */
    public void change(String statement, Object... parameters) {
        int _ = inTransaction(sql -> sql.update(statement, parameters));
    }

    private int inTransaction(ToIntFunction<Sql> work) {
        Sql sql = provisioner.bean(Sql.class);
        SynchronousTransactionManager<?> transactions =
                provisioner.bean(SynchronousTransactionManager.class);
        return transactions.execute(TransactionDefinition.DEFAULT, _ -> work.applyAsInt(sql));
    }
}
