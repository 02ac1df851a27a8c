package io.sallyport.provisioner.problem;

import io.micronaut.http.HttpStatus;

import java.util.List;
import java.util.Locale;

/** A request that is refused for a reason its sender can act on. The message is for the sender. */
public final class ProblemException extends RuntimeException {

    /** The kinds of refusal. */
    public enum Kind {
        /** Not the document, header or parameter that was expected. */
        MALFORMED_REQUEST(HttpStatus.BAD_REQUEST),
        /** No token, or one that is not known. */
        UNAUTHENTICATED(HttpStatus.UNAUTHORIZED),
        /** Known, and not allowed to do this. */
        FORBIDDEN(HttpStatus.FORBIDDEN),
        NOT_FOUND(HttpStatus.NOT_FOUND),
        /** Contradicts what is there. */
        CONFLICT(HttpStatus.CONFLICT),
        /** Well formed, and still not something that can be done. */
        INVALID_REQUEST(HttpStatus.UNPROCESSABLE_ENTITY),
        /** Was done so often that it is refused for a while. */
        TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS),
        /** A part of a protocol that this server does not offer. */
        NOT_IMPLEMENTED(HttpStatus.NOT_IMPLEMENTED),
        /** Cannot be done now; worth trying again. */
        UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE);

        private final HttpStatus status;

        Kind(HttpStatus status) {
            this.status = status;
        }

        HttpStatus status() {
            return status;
        }

        String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        String title() {
            String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
            return Character.toUpperCase(words.charAt(0)) + words.substring(1);
        }
    }

    private final Kind kind;
    private final transient List<FieldError> errors;

    private ProblemException(Kind kind, String message, List<FieldError> errors) {
        super(message);
        this.kind = kind;
        this.errors = List.copyOf(errors);
    }

    /** A refusal that concerns no single field. */
    public static ProblemException of(Kind kind, String message) {
        return new ProblemException(kind, message, List.of());
    }

    /** A refusal that concerns one field. */
    public static ProblemException of(Kind kind, String field, String reason) {
        return new ProblemException(
                kind, field + ": " + reason, List.of(new FieldError(field, reason)));
    }

    /** A well-formed request with these fields in the way of it; at least one. */
    public static ProblemException invalid(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String more = errors.size() == 1 ? "" : " (and %d more)".formatted(errors.size() - 1);
        return new ProblemException(
                Kind.INVALID_REQUEST, first.field() + ": " + first.reason() + more, errors);
    }

    public Kind kind() {
        return kind;
    }

    public List<FieldError> errors() {
        return errors;
    }
}
