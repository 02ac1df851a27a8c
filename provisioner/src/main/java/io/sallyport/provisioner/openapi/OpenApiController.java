package io.sallyport.provisioner.openapi;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Open;
import io.swagger.v3.oas.annotations.Hidden;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Serves the document; it is public, as the API's callers need it before they have a token. */
@Hidden
@Controller("/v1/openapi.yml")
@ExecuteOn(TaskExecutors.BLOCKING)
class OpenApiController {
    private static final String DOCUMENT = "/META-INF/swagger/sallyport.yml";

    @Open
    @Get(produces = "application/yaml")
    String document() throws IOException {
        try (InputStream document = OpenApiController.class.getResourceAsStream(DOCUMENT)) {
            if (document == null) {
                throw new IllegalStateException(DOCUMENT + " was not generated");
            }
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
