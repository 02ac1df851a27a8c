/**
 * PostgreSQL: somebody else's by URL, or an embedded one whose data directory is kept between
 * starts. The schema is Liquibase's, in {@code db/changelog.yaml}; tests run on the same
 * PostgreSQL.
 */
package io.sallyport.provisioner.database;
