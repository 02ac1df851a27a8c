package io.sallyport.concentrator.reconcile;

import io.sallyport.concentrator.reconcile.Target.Connection;
import io.sallyport.concentrator.reconcile.Target.Credential;
import io.sallyport.wire.IpNetwork;

import java.util.SequencedSet;
import java.util.Set;

/** One thing to do to charon or to the routing table. */
sealed interface Action {
    /** Drop packets for these networks wherever no tunnel takes them, in this order. */
    record AddRoutes(SequencedSet<IpNetwork> networks) implements Action {}

    /** Stop dropping packets for these networks; nothing is ordered for them any more. */
    record RemoveRoutes(Set<IpNetwork> networks) implements Action {}

    /** Load the node's private key, and the certificate for it. */
    record LoadKey(Credential key, Credential certificate) implements Action {}

    /**
     * Remove a private key of this node that another has taken the place of.
     *
     * @param charonId how charon names it
     */
    record UnloadKey(String charonId) implements Action {}

    /** Trust this CA, or replace its certificate. */
    record LoadAuthority(Credential authority) implements Action {}

    /** Trust this CA no longer. */
    record UnloadAuthority(String name) implements Action {}

    /** Drop cached CRLs and verdicts: a cached CRL that is still valid wins over a new one. */
    record FlushRevocationLists() implements Action {}

    /** Load the CRL of this authority; one that does not fit into VICI is only told. */
    record LoadRevocationList(Credential revocationList) implements Action {}

    /** Load or replace a connection. Live SAs keep what they negotiated. */
    record LoadConnection(Connection connection) implements Action {}

    /** No new SA for this name. Live SAs stay. */
    record UnloadConnection(String name) implements Action {}

    /**
     * End the SAs of this name, and only these.
     *
     * @param cause for people, why
     */
    record TerminateSas(String name, String cause) implements Action {}
}
