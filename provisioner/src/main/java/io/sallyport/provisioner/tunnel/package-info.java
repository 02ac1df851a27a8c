/**
 * The tunnels: their rows, their device configurations and keys, their end. What is true of them is
 * the truth package's to say; how one comes to be, the order package's.
 */
package io.sallyport.provisioner.tunnel;
