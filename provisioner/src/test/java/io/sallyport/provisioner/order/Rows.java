package io.sallyport.provisioner.order;

import io.micronaut.transaction.SynchronousTransactionManager;
import io.micronaut.transaction.TransactionDefinition;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.database.Sql;

/** Looks into the tables, past the API. */
public final class Rows {
    private final RunningProvisioner provisioner;

    public Rows(RunningProvisioner provisioner) {
        this.provisioner = provisioner;
    }

    /** How many rows there are. */
    public int count(String fromAndWhere) {
        Sql sql = provisioner.bean(Sql.class);
        SynchronousTransactionManager<?> transactions =
                provisioner.bean(SynchronousTransactionManager.class);
        return transactions.execute(
                TransactionDefinition.DEFAULT,
                _ ->
                        sql.first(
                                        "SELECT count(*) AS n FROM " + fromAndWhere,
                                        row -> row.getInt("n"))
                                .orElseThrow());
    }
}
