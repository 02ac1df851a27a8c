/**
 * Which node calls the internal API: concentrators and gateways show certificates of the internal
 * authority, and each may reach what is its own.
 */
package io.sallyport.provisioner.node;
