package io.sallyport.provisioner.concentrator;

import io.sallyport.wire.ObservationReport;

import java.util.UUID;

/**
 * Hears of what concentrators report. Every bean of this type is called once for each report, in
 * the order of {@code @Order}, inside the transaction that stores it: what it throws undoes the
 * report, and the concentrator sends it again. The concentrator's row is locked meanwhile; a
 * listener waits for no other lock that somebody may hold who wants that row.
 */
public interface ObservationListener {
    /**
     * Takes note of a report. May block on the database.
     *
     * @param concentrator who reports
     * @param report what it saw
     * @param gap whether nobody watched just before {@code report.watchedFrom()}
     */
    void observed(UUID concentrator, ObservationReport report, boolean gap);
}
