/**
 * Authenticated encryption of what the database or a client keeps for us and must not read or
 * alter. The keys are in files of the data directory, one for each kind of secret.
 */
package io.sallyport.provisioner.seal;
