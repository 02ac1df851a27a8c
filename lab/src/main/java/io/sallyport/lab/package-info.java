/**
 * Test hosts as containers: a concentrator with a LAN behind it, branches with a LAN behind each,
 * and an internet between them. The demo, the system tests and the benchmarks stand on these
 * classes. Real daemons only (strongSwan, tcpdump, iperf3); the product's own processes are started
 * from their jars ({@link io.sallyport.lab.process}). One lab at a time per engine.
 */
package io.sallyport.lab;
