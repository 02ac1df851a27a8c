package io.sallyport.lab;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes the one lab of this test run; it comes up with the first that asks and is
 * removed after the last.
 */
public final class LabExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(LabExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return lab(context);
    }

    /**
     * The lab of this test run; the root store, which holds it, closes what it holds when the run
     * ends.
     */
    public static Lab lab(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Lab.class,
                        _ -> Lab.start(2, 4, line -> System.err.println("lab: " + line)),
                        Lab.class);
    }
}
