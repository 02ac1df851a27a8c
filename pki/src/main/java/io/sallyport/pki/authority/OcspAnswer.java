package io.sallyport.pki.authority;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * What a responder sends back.
 *
 * @param der the response, read-only; HTTP status 200 whatever it says
 * @param freshness from when to when caches may hand it on; empty for errors and for answers to a
 *     nonce, which are for one client
 */
public record OcspAnswer(ByteBuffer der, Optional<Freshness> freshness) {

    /**
     * As RFC 5019 section 6.2 wants it in HTTP headers.
     *
     * @param thisUpdate for Last-Modified
     * @param nextUpdate for Expires
     * @param keptUntil for max-age; not after nextUpdate, which allows for clocks that differ
     */
    public record Freshness(Instant thisUpdate, Instant nextUpdate, Instant keptUntil) {}
}
