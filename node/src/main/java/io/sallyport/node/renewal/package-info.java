/**
 * Renews the node's keys and certificates while it works: in the last third of their life, or when
 * the desired state asks for new ones. New keys are made beside the old, used when they are proved,
 * and the old are destroyed after that, or used again if the order says so.
 */
package io.sallyport.node.renewal;
