package io.sallyport.provisioner.problem;

/**
 * One field of a request that cannot be accepted.
 *
 * @param field its path in the document, such as {@code protectedNetworks[1]}, or the name of a
 *     header or query parameter
 * @param reason what was expected, in words for the one who typed it
 */
public record FieldError(String field, String reason) {}
