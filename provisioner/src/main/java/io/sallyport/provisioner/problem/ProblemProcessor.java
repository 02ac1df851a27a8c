package io.sallyport.provisioner.problem;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;

import io.micronaut.context.annotation.Primary;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedBodyRouteException;
import io.sallyport.provisioner.problem.ProblemException.Kind;

import jakarta.inject.Singleton;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.stream.Collectors;

/** Makes every error answer of both listeners: the one place that decides what a caller sees. */
@Singleton
@Primary
final class ProblemProcessor implements ErrorResponseProcessor<Problem> {
    private static final String DOCUMENT = "body";
    private static final String NOT_JSON = "expected a well-formed JSON document";
    private static final String BEARER = "Bearer realm=\"sallyport\"";
    private static final String BASIC = "Basic realm=\"sallyport enrolment\", charset=\"UTF-8\"";

    @Override
    @SuppressWarnings("unchecked") // the body is replaced
    public MutableHttpResponse<Problem> processResponse(
            ErrorContext context, MutableHttpResponse<?> response) {
        Problem problem = problem(context, response);
        response.status(problem.status());
        if (problem.status() == HttpStatus.UNAUTHORIZED.getCode()) {
            // RFC 9110 section 11.6.1: a 401 says how to authenticate.
            response.header(HttpHeaders.WWW_AUTHENTICATE, challenge(context.getRequest()));
        }
        if (context.getRequest().getMethod() == HttpMethod.HEAD) {
            return (MutableHttpResponse<Problem>) response;
        }
        return response.body(problem).contentType(Problem.MEDIA_TYPE);
    }

    // By the path, because what the routes' annotations mean is not known to this package.
    private static String challenge(HttpRequest<?> request) {
        return request.getPath().startsWith("/.well-known/est/") ? BASIC : BEARER;
    }

    private static Problem problem(ErrorContext context, MutableHttpResponse<?> response) {
        Throwable cause = context.getRootCause().orElse(null);
        if (isDatabaseAway(cause)) {
            return of(Kind.UNAVAILABLE, "the database does not answer", List.of());
        }
        JsonProcessingException json = find(cause, JsonProcessingException.class);
        if (json != null) {
            FieldError error = fieldError(json);
            return of(
                    Kind.MALFORMED_REQUEST, error.field() + ": " + error.reason(), List.of(error));
        }
        if (cause instanceof UnsatisfiedBodyRouteException) {
            // The framework would name the argument of our method.
            FieldError error = new FieldError(DOCUMENT, "expected a JSON document");
            return of(
                    Kind.MALFORMED_REQUEST, error.field() + ": " + error.reason(), List.of(error));
        }
        if (cause instanceof ProblemException refusal) {
            return of(refusal.kind(), refusal.getMessage(), refusal.errors());
        }
        if (response.status() == HttpStatus.REQUEST_ENTITY_TOO_LARGE) {
            return tooLong(context);
        }
        return framework(context, response.status());
    }

    /** The framework says how long it was and may be, but not what. */
    private static Problem tooLong(ErrorContext context) {
        HttpStatus status = HttpStatus.REQUEST_ENTITY_TOO_LARGE;
        String why = messages(context);
        return new Problem(
                URI.create("about:blank"),
                status.getReason(),
                status.getCode(),
                why,
                List.of(new FieldError(DOCUMENT, why)));
    }

    private static Problem of(Kind kind, String detail, List<FieldError> errors) {
        return new Problem(
                URI.create("/problems/" + kind.slug()),
                kind.title(),
                kind.status().getCode(),
                detail,
                errors);
    }

    /** What the framework refuses by itself: routes, methods, media types, sizes, parameters. */
    private static Problem framework(ErrorContext context, HttpStatus status) {
        boolean ours = status.getCode() < 500;
        List<FieldError> errors =
                context.getErrors().stream()
                        .filter(_ -> ours)
                        .flatMap(
                                error ->
                                        error.getPath().stream()
                                                .map(path -> path.replaceFirst("^/", ""))
                                                .filter(path -> !path.isEmpty())
                                                .map(
                                                        path ->
                                                                new FieldError(
                                                                        path, error.getMessage())))
                        .toList();
        String detail = messages(context);
        return new Problem(
                URI.create("about:blank"),
                status.getReason(),
                status.getCode(),
                ours && !detail.isBlank() ? detail : null,
                errors);
    }

    private static String messages(ErrorContext context) {
        return context.getErrors().stream()
                .map(Error::getMessage)
                .collect(Collectors.joining("; "));
    }

    private static FieldError fieldError(JsonProcessingException e) {
        return switch (e) {
            // Not well formed, or a field twice; the parser knows where.
            case JsonParseException parse when parse.getProcessor() != null ->
                    syntaxError(parse, parse.getProcessor());
            case UnrecognizedPropertyException unknown ->
                    new FieldError(path(unknown), "unknown field");
            case ValueInstantiationException value
                    when value.getCause() instanceof IllegalArgumentException why ->
                    new FieldError(path(value), why.getMessage());
            case JsonMappingException mapping ->
                    new FieldError(path(mapping), "expected another type or value");
            default -> new FieldError(DOCUMENT, NOT_JSON);
        };
    }

    private static FieldError syntaxError(JsonParseException e, JsonParser parser) {
        if (!e.getOriginalMessage().startsWith("Duplicate field")) {
            return new FieldError(DOCUMENT, NOT_JSON);
        }
        try {
            return new FieldError(parser.currentName(), "stands twice");
        } catch (IOException _) {
            return new FieldError(DOCUMENT, "a field stands twice");
        }
    }

    private static String path(JsonMappingException e) {
        if (e.getPath().isEmpty()) {
            return DOCUMENT;
        }
        var path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static boolean isDatabaseAway(Throwable cause) {
        // The connection broke while it was in use: giving it back fails too, and that is what is
        // thrown, without an
        // SQL state.
        if (find(cause, ConnectionException.class) != null) {
            return true;
        }
        SQLException sql = find(cause, SQLException.class);
        // Class 08: connection exception; 57P01 to 57P05: the server shuts down, starts, or ended
        // the session; 57014: statement_timeout; 55P03: lock_timeout; 25P03: the transaction was
        // idle for too long; 40P01: deadlock; 53300: too many connections (PostgreSQL
        // documentation, appendix A).
        return sql instanceof SQLTransientConnectionException
                || (sql != null
                        && sql.getSQLState() != null
                        && sql.getSQLState()
                                .matches("08...|57P0[1-5]|57014|55P03|25P03|40P01|53300"));
    }

    private static <T extends Throwable> T find(Throwable from, Class<T> type) {
        // A chain of causes may be a ring.
        Throwable at = from;
        for (int depth = 0; at != null && depth < 20; depth++, at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
