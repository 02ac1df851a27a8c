package io.sallyport.lab.product;

import io.sallyport.lab.GatewayHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * The gateway's AOT cache. A real host makes it by a unit of its own; here it is made once for each
 * build, on this machine, with the JDK that test hosts use, too. Only what measures or checks the
 * gateway makes it; a gateway that finds none starts without.
 */
public final class GatewayTraining {
    private static final Path SCRIPT =
            Path.of("ssl-vpn-gateway/src/main/scripts/sallyport-gateway");
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static FutureTask<Void> training;

    private GatewayTraining() {}

    /** Makes the cache, beside the caller, unless there is one: a quarter of a minute. */
    public static synchronized void begin() {
        if (training == null) {
            training =
                    new FutureTask<>(
                            () -> {
                                make();
                                return null;
                            });
            Thread.ofPlatform().daemon().name("gateway-training").start(training);
        }
    }

    /** Waits until the cache is there; makes it if nobody began. */
    public static void await() {
        begin();
        try {
            training.get();
        } catch (ExecutionException e) {
            throw new LabException("the gateway's AOT cache", e.getCause());
        } catch (InterruptedException e) {
            throw LabException.interrupted("the gateway's AOT cache", e);
        }
    }

    /** What the product starts the gateway with. */
    static String script() {
        try {
            return Files.readString(Lab.repository().resolve(SCRIPT));
        } catch (IOException e) {
            throw new LabException("the gateway's script", e);
        }
    }

    /** The gateway looks where the cache is, or will be. */
    static void provide(GatewayHost host) {
        host.shell(
                DEADLINE,
                """
                mkdir -p %1$s
                ln -sfn %2$s/ssl-vpn-gateway.aot %1$s/ssl-vpn-gateway.aot
                ln -sfn %2$s/ssl-vpn-gateway.aot.jars %1$s/ssl-vpn-gateway.aot.jars
                """
                        .formatted(GatewayProcess.CACHE, GatewayHost.JARS));
    }

    private static void make() throws IOException, InterruptedException {
        Path jar = Jars.of("ssl-vpn-gateway");
        Path log = jar.resolveSibling("training.log");
        ProcessBuilder builder =
                new ProcessBuilder("sh", Lab.repository().resolve(SCRIPT).toString(), "train")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment()
                .put(
                        "SALLYPORT_JAVA",
                        Path.of(System.getenv("JAVA_HOME_25"), "bin", "java").toString());
        builder.environment().put("SALLYPORT_GATEWAY_JAR", jar.toString());
        builder.environment().put("SALLYPORT_GATEWAY_CACHE", jar.getParent().toString());
        Process process = builder.start();
        // Who began it may end before it does.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> end(process), "gateway-training-end"));
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            end(process);
            throw new LabException("the gateway's training does not end; see " + log);
        }
        if (process.exitValue() != 0) {
            throw new LabException("the gateway's training failed\n" + Files.readString(log));
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
