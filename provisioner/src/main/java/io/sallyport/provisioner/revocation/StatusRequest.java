package io.sallyport.provisioner.revocation;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A whole request.
 *
 * @param method as it was sent
 * @param target the request target (RFC 9112 section 3.2)
 * @param contentType of the body
 * @param ifNoneMatch entity tags that the client has
 * @param body read-only; bounded by the listener
 */
record StatusRequest(
        String method,
        String target,
        Optional<String> contentType,
        Optional<String> ifNoneMatch,
        ByteBuffer body) {

    /** The path; a client that takes us for a proxy sends the whole URL (section 3.2.2). */
    String path() {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = target.indexOf('/', 7);
            return slash < 0 ? "/" : target.substring(slash);
        }
        return target;
    }
}
