package io.sallyport.provisioner.rotation;

import io.micronaut.scheduling.annotation.Scheduled;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.UUID;

/** Takes what is under way further, every second; also what a process that died left behind. */
@Singleton
class RotationWorker {
    private static final Logger LOG = LoggerFactory.getLogger(RotationWorker.class);

    private final RotationWork work;

    RotationWorker(RotationWork work) {
        this.work = work;
    }

    @Scheduled(fixedDelay = "1s", initialDelay = "1s")
    void run() {
        try {
            for (UUID rotation : work.underWay()) {
                work.advance(rotation);
            }
        } catch (RuntimeException e) {
            // Mostly a database that is away: said each time, but in one line.
            LOG.warn("rotations wait: {}", e.getMessage());
            LOG.debug("rotations wait", e);
        }
    }
}
