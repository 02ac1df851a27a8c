package io.sallyport.lab.system;

import io.sallyport.lab.CharonHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabExtension;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.GatewayTraining;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

import java.time.Duration;

/**
 * Gives test classes the one deployment of this test run. After each test, also a failed one, the
 * tunnels it ordered there are taken down, so that the next begins with none. A failed test says
 * what both charons say.
 */
public final class DeploymentExtension
        implements ParameterResolver, TestExecutionExceptionHandler, AfterEachCallback {
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

    /** Says how both ends of the tunnels see it, while there is something to see. */
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        Lab lab = LabExtension.lab(context);
        throw new AssertionError(
                "%s\nconcentrator:\n%s\nbranch1:\n%s"
                        .formatted(
                                failure.getMessage(),
                                lately(lab.concentrator()),
                                lately(lab.branch(1).gateway())),
                failure);
    }

    private static String lately(CharonHost host) {
        return host.tryRun(
                        Duration.ofSeconds(10),
                        "sh",
                        "-c",
                        "swanctl --list-sas; grep -E '\\[(IKE|CFG)\\]|WARNING'"
                                + " /var/log/charon-daemon.log | tail -n 25 | cut -c -160")
                .out();
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
                // Beside what starts; a benchmark that needs no gateway is not disturbed by it.
                GatewayTraining.begin();
                // The one of the deployment is killed again and again.
                ProvisionerProcess.prepare(lab);
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
