/**
 * What is true of a tunnel: ordered, loaded, established, carrying. Keeps what concentrators report
 * with time and cause, and computes availability from it. A truth that nobody watches is unknown;
 * unwatched time is never counted as up.
 */
package io.sallyport.provisioner.truth;
