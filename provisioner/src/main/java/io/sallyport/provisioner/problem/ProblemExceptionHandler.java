package io.sallyport.provisioner.problem;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;

import jakarta.inject.Singleton;

/** Turns our refusals into answers; that they happen is not worth a line in the log. */
@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<ProblemException, HttpResponse<?>> {
    private final ProblemProcessor processor;

    ProblemExceptionHandler(ProblemProcessor processor) {
        this.processor = processor;
    }

    @Override
    @SuppressWarnings("rawtypes") // the interface's own signature
    public HttpResponse<?> handle(HttpRequest request, ProblemException exception) {
        return processor.processResponse(
                ErrorContext.builder(request).cause(exception).build(),
                HttpResponse.status(exception.kind().status()));
    }
}
