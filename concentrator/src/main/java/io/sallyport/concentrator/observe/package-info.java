/**
 * What is seen: charon's events on a connection of their own, its SAs listed now and then as a
 * correction, probes through each tunnel once a second. {@link
 * io.sallyport.concentrator.observe.Observations} puts it together into the truths of each tunnel
 * and their changes, each with its time and a cause in a sentence.
 *
 * <p>Threads: events come on the subscription's thread, {@code CharonWatch} and {@code Prober} have
 * one thread each (and one for each probe process), {@code tick} is called by the process; all of
 * them only meet in {@code Observations}, under its lock, and none of them waits for another.
 */
package io.sallyport.concentrator.observe;
