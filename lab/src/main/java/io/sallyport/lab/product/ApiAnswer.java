package io.sallyport.lab.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.LabException;

import java.net.http.HttpHeaders;

/**
 * An answer of the public API.
 *
 * @param request method and path, for messages
 */
public record ApiAnswer(String request, int status, HttpHeaders headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The body as JSON; throws when it is none. */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new LabException(request + ": no JSON in the answer " + status, e);
        }
    }

    /**
     * Returns this answer; throws, with the body of a problem document, when the status is another.
     */
    public ApiAnswer expect(int expected) {
        if (status != expected) {
            // Only a problem document is shown: other bodies may carry a secret.
            String shown =
                    headers.firstValue("content-type")
                                    .orElse("")
                                    .startsWith("application/problem+json")
                            ? body
                            : "";
            throw new LabException(
                    "%s: expected %d, got %d %s".formatted(request, expected, status, shown));
        }
        return this;
    }

    /** Without the body, which may carry a secret. */
    @Override
    public String toString() {
        return request + ": " + status;
    }
}
