/**
 * Rotations: keys changed for many at once, in waves, without an outage. A rotation is planned,
 * begins with a canary, verifies each wave before the next, puts the former keys back in use by
 * itself when a wave fails, and stays as the record of what was done. All of it is in the database:
 * whoever comes after a kill goes on where it stood.
 */
package io.sallyport.provisioner.rotation;
