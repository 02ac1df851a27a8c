/**
 * Keeps charon equal to the desired state. {@link
 * io.sallyport.concentrator.reconcile.Reconciler#bring} is one pass: look at what charon still has,
 * plan (a pure function of what is wanted and what is there), execute over VICI and {@code ip}.
 * charon is only told what differs, by a digest for each credential, authority, CRL and connection
 * that was loaded into <em>this</em> charon.
 *
 * <p>Ours in charon is what is named {@code tunnel-...}; connections and SAs of other names are
 * left alone, and so are routes of another routing protocol number.
 *
 * <p>Threads: a {@code Reconciler} belongs to one thread, normally that of {@code ReconcileLoop},
 * and so does the VICI session it calls.
 */
package io.sallyport.concentrator.reconcile;
