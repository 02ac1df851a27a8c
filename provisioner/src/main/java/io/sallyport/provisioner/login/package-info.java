/**
 * Decides on logins. The order of things is the defence: a password costs the same work whether or
 * not there is such a user, nothing is said of an attempt while its name is closed, and what is
 * granted is decided again under a lock, so that a code is good once and a block holds at once. See
 * docs/adr/0056.
 */
package io.sallyport.provisioner.login;
