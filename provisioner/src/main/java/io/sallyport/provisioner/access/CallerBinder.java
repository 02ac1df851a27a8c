package io.sallyport.provisioner.access;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;

import jakarta.inject.Singleton;

/** Hands the caller that the filter found to a controller that asks for it. */
@Singleton
final class CallerBinder implements TypedRequestArgumentBinder<Caller> {
    private static final String ATTRIBUTE = "sallyport.caller";

    static void bind(HttpRequest<?> request, Caller caller) {
        request.setAttribute(ATTRIBUTE, caller);
    }

    @Override
    public Argument<Caller> argumentType() {
        return Argument.of(Caller.class);
    }

    @Override
    public BindingResult<Caller> bind(
            ArgumentConversionContext<Caller> context, HttpRequest<?> source) {
        return () -> source.getAttribute(ATTRIBUTE, Caller.class);
    }
}
