package io.sallyport.node.enrolment;

import java.net.URI;
import java.util.List;

/**
 * What one kind of node shows when it enrols, and what it gets. Lists are in the order of {@link
 * #keys()}.
 *
 * @param <A> the provisioner's answer
 */
public interface Membership<A extends Record> {
    /** Names of the node's keys; each is made here and kept as {@code NAME.key}. */
    List<String> keys();

    /** Path of the enrolment below the public API. */
    String path();

    /** Path of a resource of this node below the internal API. */
    URI resource(A answer, String name);

    /** The body that asks for membership, from one PKCS#10 request in PEM for each key. */
    Record request(List<String> requestsPem);

    /** The record that answers it. */
    Class<A> answer();

    /**
     * The certificate of each key in an answer, in PEM, each followed by its chain if it has one.
     */
    List<String> certificatesPem(A answer);
}
