package io.sallyport.node.renewal;

import io.sallyport.node.enrolment.Member;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What one kind of node does with its keys. Called on the renewing thread.
 *
 * @param <A> what the provisioner answers this kind of node
 */
public interface KeyUser<A extends Record> {
    /**
     * Tries new keys in what they are for, beside those in use, which stay. May block.
     *
     * @throws IOException if they cannot be used, or not now
     */
    void prove(Member<A> next) throws IOException;

    /** From now on these are used. Returns at once; {@link #inForce} says when it is done. */
    void use(Member<A> member) throws IOException;

    /** Since when nothing is begun with other keys any more; empty while that is not so. */
    Optional<Instant> inForce();
}
