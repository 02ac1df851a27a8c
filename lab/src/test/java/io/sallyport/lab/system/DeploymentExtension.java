package io.sallyport.lab.system;

import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes the one deployment of this test run. A test leaves it as it found it: up,
 * without its tunnels.
 */
public final class DeploymentExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(DeploymentExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Deployment.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, _ -> new Running(), Running.class)
                .deployment;
    }

    /** The root store closes it when the run ends. */
    private static final class Running implements AutoCloseable {
        private final Lab lab;
        private final Deployment deployment;

        Running() {
            lab = Lab.start(2, line -> System.err.println("lab: " + line));
            try {
                deployment = Deployment.start(lab);
            } catch (RuntimeException e) {
                System.err.println("logs: " + lab.collectLogs());
                lab.close();
                throw e;
            }
        }

        @Override
        public void close() {
            try (lab;
                    deployment) {
                System.err.println("logs: " + lab.collectLogs());
            }
        }
    }
}
