/**
 * {@code ./demo}: the main job on real daemons, in the open. It orders a tunnel over the API,
 * brings the branch up with what is handed out, sends traffic, breaks and ends the tunnel, and
 * checks every step from outside the product.
 */
package io.sallyport.lab.demo;
