/**
 * Makes the node a member: key pairs that never leave it, PKCS#10 requests (RFC 2986), one exchange
 * with the one-time secret. Each step is stored before the next begins, so that a node that is
 * killed at any point goes on with the same keys and the same requests. Renewal is left out.
 */
package io.sallyport.node.enrolment;
