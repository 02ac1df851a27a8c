package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.problem.ProblemException;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.UUID;

/**
 * After the database was restored from a backup, nodes have versions that it never counted. Taken
 * as they are, they would say that changes ordered since are applied, and those changes would not
 * be delivered. So the count goes on above what the node has, and what it has counts for nothing. A
 * node whose version the restored count has passed already cannot be told from a good one.
 */
@Singleton
class RestoredVersions {
    private static final Logger LOG = LoggerFactory.getLogger(RestoredVersions.class);

    /** No count gets this far, and everything above it can still be counted. */
    private static final long AT_MOST = 1L << 53;

    private final ConcentratorRepository concentrators;

    RestoredVersions(ConcentratorRepository concentrators) {
        this.concentrators = concentrators;
    }

    /**
     * What a version that a node has is worth. Blocks.
     *
     * @return the version, or 0 (none) if another database counted it
     * @throws ProblemException if it cannot be one
     */
    @Transactional
    long own(UUID concentrator, String field, long version) {
        if (version < 0 || version > AT_MOST) {
            throw ProblemException.of(
                    ProblemException.Kind.INVALID_REQUEST,
                    field,
                    "expected a version from 0 to %d".formatted(AT_MOST));
        }
        if (concentrators.overtake(concentrator, version) == 1) {
            LOG.warn(
                    "concentrator {} has version {}, which this database never counted: was it"
                            + " restored? Everything is delivered anew",
                    concentrator,
                    version);
        }
        return version < concentrators.findVersionsFrom(concentrator).orElseThrow() ? 0 : version;
    }
}
