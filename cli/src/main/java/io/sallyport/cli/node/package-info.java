/** Nodes of the service, as operators see them: concentrators and gateways. */
package io.sallyport.cli.node;
