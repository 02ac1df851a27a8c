/**
 * Rotations of keys and of authorities: what would be done, starting, following wave by wave,
 * aborting.
 */
package io.sallyport.cli.rotation;
