/**
 * How a concentrator changes its keys: the IKE key in charon, the client key towards the
 * provisioner.
 */
package io.sallyport.concentrator.renewal;
