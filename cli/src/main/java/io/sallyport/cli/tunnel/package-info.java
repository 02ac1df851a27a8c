/** Tunnels: their four truths, their device configuration, their availability, their end. */
package io.sallyport.cli.tunnel;
