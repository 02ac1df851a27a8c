/**
 * The people who log in at a customer's gateways, and the groups that say what they must prove and
 * what they get. Every change reaches the gateways through their desired state; whoever is blocked,
 * deleted or taken from a group loses the sessions too.
 *
 * <p>Secrets are shown once and then kept as hash (passwords), sealed (one-time passwords) or not
 * at all (keys of certificates).
 */
package io.sallyport.provisioner.teleworker;
