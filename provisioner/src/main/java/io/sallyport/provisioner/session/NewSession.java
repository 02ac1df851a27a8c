package io.sallyport.provisioner.session;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A session that a login was granted.
 *
 * @param group name of the group
 * @param notAfter it ends then at the latest
 * @param source where the client is
 * @param certificate that the client proved itself by, if its group asks for one
 * @param maximumOfUser sessions that the teleworker may have, this one included; 0 for any number
 */
public record NewSession(
        UUID customer,
        UUID gateway,
        UUID teleworker,
        String group,
        Instant notAfter,
        String source,
        Optional<String> userAgent,
        Optional<UUID> certificate,
        int maximumOfUser) {}
