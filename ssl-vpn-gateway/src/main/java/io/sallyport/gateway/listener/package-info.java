/**
 * Takes connections from the internet, within bounds: one thread accepts, each connection gets a
 * virtual thread until it is a tunnel or closed, and there are only so many of them, in all and
 * from one source.
 */
package io.sallyport.gateway.listener;
