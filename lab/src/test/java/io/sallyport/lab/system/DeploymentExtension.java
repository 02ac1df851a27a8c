package io.sallyport.lab.system;

import io.sallyport.lab.Lab;
import io.sallyport.lab.LabExtension;
import io.sallyport.lab.product.Deployment;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes the one deployment of this test run. After each test, also a failed one, the
 * tunnels it ordered there are taken down, so that the next begins with none.
 */
public final class DeploymentExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(DeploymentExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Deployment.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Made before what is kept below, so that it is closed after it.
        Lab lab = LabExtension.lab(context);
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, _ -> Running.in(lab), Running.class)
                .deployment();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running running = context.getRoot().getStore(NAMESPACE).get(Running.class, Running.class);
        if (running != null) {
            running.deployment().takeDownAll();
        }
    }

    private record Running(Lab lab, Deployment deployment) implements AutoCloseable {
        static Running in(Lab lab) {
            try {
                return new Running(lab, Deployment.start(lab));
            } catch (RuntimeException e) {
                System.err.println("logs: " + lab.collectLogs());
                throw e;
            }
        }

        @Override
        public void close() {
            lab.collectLogs();
            deployment.close();
        }
    }
}
