/**
 * The process beside charon: makes charon equal to the desired state and tells what it sees. It has
 * no listener; it calls the provisioner (mutual TLS) and charon (VICI), and runs {@code ip} and
 * {@code fping}.
 *
 * <p>Each job has a virtual thread of its own (see {@link io.sallyport.concentrator.Concentrator}),
 * and none waits for another: a charon that hangs does not stop reports, a provisioner that hangs
 * does not stop reconciling.
 */
package io.sallyport.concentrator;
