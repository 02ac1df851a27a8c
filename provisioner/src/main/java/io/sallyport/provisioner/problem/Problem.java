package io.sallyport.provisioner.problem;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.micronaut.core.annotation.Nullable;
import io.swagger.v3.oas.annotations.media.Schema;

import java.net.URI;
import java.util.List;

/**
 * A problem document (RFC 9457 section 3).
 *
 * @param type what kind of problem, for programs
 * @param title the kind in words, the same each time
 * @param status the HTTP status code
 * @param detail this occurrence in words; absent when it would show something internal
 * @param errors the fields concerned; an extension member (section 3.2), absent when there are none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        URI type,
        String title,
        int status,
        @Nullable String detail,
        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<FieldError> errors) {
    /** The media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
    }
}
