/**
 * Gives up root for good: user, groups and capabilities of all threads, and the right to execute
 * programs. The native calls this needs are here and nowhere else; what they did is read back from
 * the kernel.
 */
package io.sallyport.gateway.privilege;
