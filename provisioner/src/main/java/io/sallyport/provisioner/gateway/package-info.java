/**
 * SSL VPN gateways: how they are registered and enrol, and what each of them has to serve. As with
 * concentrators the desired state is a view of tables under one version per gateway, which grows in
 * the transaction of each change. Groups and sessions belong to other packages, through {@link
 * io.sallyport.provisioner.gateway.ServedGroups}, {@link
 * io.sallyport.provisioner.gateway.SessionsToEnd} and {@link
 * io.sallyport.provisioner.gateway.SessionEventListener}.
 *
 * <p>A gateway serves one customer, so inner addresses of two customers may overlap.
 */
package io.sallyport.provisioner.gateway;
