/** The probe address of each tunnel: one of a pool, never two tunnels' at a time. */
package io.sallyport.provisioner.address;
