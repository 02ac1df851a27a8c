package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.LabException;
import io.sallyport.lab.product.ProvisionerProcess;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Kills the provisioner with -9 exactly where it stands in its database. */
final class KilledAtWrite {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private KilledAtWrite() {}

    /** When what {@code work} sets off has come to a write into the table, and no further. */
    static void into(String table, ProvisionerProcess provisioner, Runnable work) throws Exception {
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            database.holdWriters(table);
            kill(database, provisioner, work);
        }
    }

    /**
     * When what {@code work} sets off is being committed: on return it is, and nobody was told.
     *
     * @param change to the table that is part of it: INSERT, UPDATE or DELETE
     */
    static void committing(
            String change, String table, ProvisionerProcess provisioner, Runnable work)
            throws Exception {
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            database.holdCommits(change, table);
            kill(database, provisioner, work);
            database.letCommit(table);
        }
    }

    private static void kill(
            ProvisionerDatabase database, ProvisionerProcess provisioner, Runnable work)
            throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                work.run();
                            } catch (LabException _) {
                                // The connection breaks when the provisioner dies: the customer
                                // repeats the request.
                            } finally {
                                ended.countDown();
                            }
                        });
        database.awaitHeld(DEADLINE);
        provisioner.kill();
        assertThat(ended.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}
