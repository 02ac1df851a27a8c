/**
 * HTTPS to the provisioner: trust in one root only, a deadline for each exchange as a whole, a
 * bound for each answer, and pauses that grow. What is asked is the business of the packages that
 * ask.
 */
package io.sallyport.node.provisioner;
