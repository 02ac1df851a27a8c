package io.sallyport.concentrator.reconcile;

import java.util.UUID;

/**
 * Is told on the reconciling thread, during and at the end of a pass; the same may be told again.
 */
public interface LoadListener {
    /** charon has the tunnel's connection as desired. */
    void loaded(UUID tunnel);

    /**
     * charon does not have it as desired.
     *
     * @param problem in charon's own words where it has any
     */
    void refused(UUID tunnel, String problem);

    /** It is another charon than before: nothing is loaded any more. */
    void charonForgot();

    /**
     * The SAs of this connection are about to be ended from here.
     *
     * @param cause for people, why
     */
    void ending(String connection, String cause);
}
