/**
 * Fetches the desired state by long poll over mutual TLS, and keeps the last good one on disk, so
 * that the node works on without the provisioner. What is malformed, meant for another node or not
 * newer is refused and told; the state in force stays.
 */
package io.sallyport.node.desired;
