/**
 * A customer's location: what its protected networks may be. That sites do not overlap is a
 * constraint of the database.
 */
package io.sallyport.provisioner.site;
