package io.sallyport.provisioner.problem;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says in the API's description that whatever is not a success is a problem document. Stands on the
 * annotations that every public route has one of, so no route can forget it. By ranges and not as
 * {@code default}, which the generator takes for the success.
 */
@ApiResponse(
        responseCode = "4XX",
        description =
                "The request is refused; what is in the way of it is said, by field where a field"
                        + " is.",
        content =
                @Content(
                        mediaType = Problem.MEDIA_TYPE,
                        schema = @Schema(implementation = Problem.class)))
@ApiResponse(
        responseCode = "5XX",
        description = "It cannot be done now (503, worth trying again), or something broke.",
        content =
                @Content(
                        mediaType = Problem.MEDIA_TYPE,
                        schema = @Schema(implementation = Problem.class)))
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.ANNOTATION_TYPE)
public @interface Problems {}
