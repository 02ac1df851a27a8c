/**
 * Decides on logins. The order of things is the defence: an attempt is counted before it is looked
 * at, a password costs the same work whether or not there is such a user, and what is granted is
 * decided again under a lock, so that a code is good once and a block holds at once. See
 * docs/adr/0056.
 */
package io.sallyport.provisioner.login;
