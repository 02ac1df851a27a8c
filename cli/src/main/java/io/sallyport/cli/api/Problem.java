package io.sallyport.cli.api;

import java.util.List;
import java.util.Optional;

/**
 * A problem document (RFC 9457), or what can be said of an error answer that has none.
 *
 * @param title the kind of problem in words
 * @param detail this occurrence in words
 * @param errors the fields concerned
 */
public record Problem(int status, String title, Optional<String> detail, List<FieldError> errors) {
    static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
    }

    /**
     * One field that the server would not accept.
     *
     * @param field its path in the request
     */
    public record FieldError(String field, String reason) {}

    static Problem of(int status, Document document) {
        return new Problem(
                status,
                document.optionalText("title").orElse("HTTP status " + status),
                document.optionalText("detail"),
                document.optionalList("errors").stream()
                        .map(error -> new FieldError(error.text("field"), error.text("reason")))
                        .toList());
    }

    static Problem withoutDocument(int status) {
        return new Problem(status, "HTTP status " + status, Optional.empty(), List.of());
    }

    /** What happened, without the fields if they are told one by one. */
    public String sentence() {
        return detail.filter(_ -> errors.size() != 1)
                .map(text -> errors.size() > 1 ? title : text)
                .orElse(title);
    }
}
