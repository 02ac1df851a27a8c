package io.sallyport.provisioner.rotation;

import io.micronaut.scheduling.annotation.Scheduled;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.UUID;

/**
 * Takes what is under way further, twice a second, as far as it goes without waiting; also what a
 * process that died left behind.
 */
@Singleton
class RotationWorker {
    private static final Logger LOG = LoggerFactory.getLogger(RotationWorker.class);

    /** Steps, before others have their turn: the shortest plans are shorter. */
    private static final int AT_ONCE = 20;

    private final RotationWork work;

    RotationWorker(RotationWork work) {
        this.work = work;
    }

    @Scheduled(fixedDelay = "500ms", initialDelay = "1s")
    void run() {
        try {
            for (UUID rotation : work.underWay()) {
                int steps = 0;
                while (work.advance(rotation) && steps < AT_ONCE) {
                    steps++;
                }
            }
        } catch (RuntimeException e) {
            // Mostly a database that is away: said each time, but in one line.
            LOG.warn("rotations wait: {}", e.getMessage());
            LOG.debug("rotations wait", e);
        }
    }
}
