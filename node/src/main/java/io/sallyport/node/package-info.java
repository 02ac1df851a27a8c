/**
 * What every node of the provisioner does alike, whatever it is a node for: it keeps its files in
 * one directory, enrols once with keys made here, asks over mutual TLS, follows its desired state
 * by long poll and posts reports. What is desired and what is reported is each node's own.
 */
package io.sallyport.node;
