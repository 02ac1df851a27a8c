/**
 * What the gateway and the provisioner say to each other, over mutual TLS: enrolment, the desired
 * state, logins, and what happened to sessions. The gateway calls; it holds no password and no
 * hash.
 */
package io.sallyport.gateway.provisioner;
