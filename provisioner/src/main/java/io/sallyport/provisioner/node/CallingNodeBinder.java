package io.sallyport.provisioner.node;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;

import jakarta.inject.Singleton;

/** Hands the node that the filter found to a controller that asks for it. */
@Singleton
final class CallingNodeBinder implements TypedRequestArgumentBinder<CallingNode> {
    private static final String ATTRIBUTE = "sallyport.node";

    static void bind(HttpRequest<?> request, CallingNode node) {
        request.setAttribute(ATTRIBUTE, node);
    }

    @Override
    public Argument<CallingNode> argumentType() {
        return Argument.of(CallingNode.class);
    }

    @Override
    public BindingResult<CallingNode> bind(
            ArgumentConversionContext<CallingNode> context, HttpRequest<?> source) {
        return () -> source.getAttribute(ATTRIBUTE, CallingNode.class);
    }
}
