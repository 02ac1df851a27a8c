package io.sallyport.provisioner.authority;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

/**
 * An authority in the tables.
 *
 * @param name common name of its certificate
 * @param purpose name of its profile
 * @param crlNumber of its newest CRL, 0 before the first
 */
@MappedEntity("authority")
record AuthorityRow(@Id String name, String purpose, long crlNumber) {}
