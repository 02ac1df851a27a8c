/**
 * {@code ./bench}: measures the product and a peer in the same run, rounds interleaved, so that a
 * busy machine slows both alike. A benchmark is a class here; its rows go into {@code
 * bench-results/NAME.json}.
 */
package io.sallyport.lab.bench;
