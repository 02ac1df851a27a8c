/**
 * Concentrators: how they are registered and enrol, what each of them has to be, and what they
 * report. The desired state is a view of tables under one version per concentrator, which grows in
 * the transaction of each change; the tunnels in it, and what becomes of reports, belong to other
 * packages through {@link io.sallyport.provisioner.concentrator.OrderedTunnels} and {@link
 * io.sallyport.provisioner.concentrator.ObservationListener}.
 */
package io.sallyport.provisioner.concentrator;
