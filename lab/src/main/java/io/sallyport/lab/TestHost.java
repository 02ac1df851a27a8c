package io.sallyport.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.testcontainers.images.builder.Transferable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host of the lab: one container with fixed addresses, its own routes and the tools of the image.
 *
 * <p>All calls block, and every one has a deadline. Commands that fail throw {@link LabException}
 * with what they printed.
 */
public abstract sealed class TestHost
        permits CharonHost, EndHost, GatewayHost, InternetHost, ServiceHost {
    /** The java command on hosts that run a part of the product. */
    public static final String JAVA = "/opt/jdk/bin/java";

    /** For commands that only look or set something. */
    static final Duration SHORT = Duration.ofSeconds(20);

    private final Engine engine;
    private final String name;
    private final HostContainer container;
    private final AtomicInteger captures = new AtomicInteger();

    /**
     * @param legs the networks the host is in
     * @param preparation shell commands that run before anything else on the host, such as its
     *     routes
     */
    TestHost(Engine engine, String name, List<Leg> legs, String preparation, List<Mount> mounts) {
        this(engine, name, legs, preparation, mounts, Set.of());
    }

    TestHost(
            Engine engine,
            String name,
            List<Leg> legs,
            String preparation,
            List<Mount> mounts,
            Set<Feature> features) {
        this(
                engine,
                name,
                HostContainer.inNetworks(engine, name, legs, preparation, mounts, features));
    }

    TestHost(Engine engine, String name, HostContainer container) {
        this.engine = engine;
        this.name = name;
        this.container = container;
    }

    /** A network the host is in, and its address there. */
    record Leg(AddressPlan.Net network, String address) {}

    /** What only some hosts need. */
    enum Feature {
        /** IPv6, which the engine switches off on its networks. */
        IPV6,
        /** Root may read the memory maps of processes of other users, to measure them. */
        MEASURED
    }

    /** A directory of this machine seen on the host. */
    record Mount(Path onMachine, String onHost, boolean writable) {}

    /** The JDK of this machine, for hosts that run a part of the product. */
    static List<Mount> javaOf(Path javaHome) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount(javaHome, "/opt/jdk", false));
        // Debian's own JDK has links from its conf directory to there.
        Path debianConfiguration = Path.of("/etc/java-25-openjdk");
        if (Files.isDirectory(debianConfiguration)) {
            mounts.add(new Mount(debianConfiguration, debianConfiguration.toString(), false));
        }
        return mounts;
    }

    public final String name() {
        return name;
    }

    /** What to type after {@code docker exec -it} to look at the host by hand. */
    public final String containerName() {
        return containerName(name);
    }

    static String containerName(String name) {
        return "sallyport-" + name;
    }

    /** What to type before a command so that it runs on the host. */
    public final String commandPrefix() {
        return "docker -H %s exec -i %s".formatted(System.getenv("DOCKER_HOST"), containerName());
    }

    /**
     * Its file system as this machine sees it, for files whose writing is timed: through the engine
     * it takes longer than what they are for.
     */
    public final Path root() {
        return Path.of(
                "/proc/%d/root"
                        .formatted(container.getCurrentContainerInfo().getState().getPidLong()));
    }

    void start() {
        container.start();
    }

    void remove() {
        container.stop();
    }

    /**
     * Runs a command and returns what it printed; throws unless it ends with status 0 within {@code
     * deadline}.
     */
    public final String run(Duration deadline, String... command) {
        CommandOutput output = tryRun(deadline, command);
        if (!output.succeeded()) {
            throw new LabException(
                    "%s: %s: status %d%n%s"
                            .formatted(
                                    name,
                                    String.join(" ", command),
                                    output.status(),
                                    output.forMessage()));
        }
        return output.out();
    }

    /** As {@link #run}, for a line of shell. */
    public final String shell(Duration deadline, String script) {
        return run(deadline, "sh", "-ec", script);
    }

    /**
     * Runs a command whose failure is an answer too; throws only if it does not end within {@code
     * deadline}.
     */
    public final CommandOutput tryRun(Duration deadline, String... command) {
        // coreutils' timeout ends the command itself; the wait below is for an engine that does not
        // answer.
        List<String> bounded = new ArrayList<>();
        bounded.addAll(
                List.of(
                        "timeout",
                        "--kill-after=1",
                        "%.3f".formatted(deadline.toMillis() / 1000.0)));
        bounded.addAll(List.of(command));
        DockerClient docker = engine.docker();
        String exec =
                docker.execCreateCmd(container.getContainerId())
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withCmd(bounded.toArray(String[]::new))
                        .exec()
                        .getId();
        try (var streams = new Streams()) {
            boolean ended =
                    docker.execStartCmd(exec)
                            .exec(streams)
                            .awaitCompletion(deadline.toMillis() + 10_000, TimeUnit.MILLISECONDS);
            Long status = ended ? docker.inspectExecCmd(exec).exec().getExitCodeLong() : null;
            // 124: the status of timeout(1) itself; 137: it had to kill.
            if (status == null || status == 124 || status == 137) {
                throw new LabException(
                        "%s: %s: no end within %s%n%s"
                                .formatted(
                                        name,
                                        String.join(" ", command),
                                        deadline,
                                        streams.output(-1).forMessage()));
            }
            return streams.output(Math.toIntExact(status));
        } catch (InterruptedException e) {
            throw LabException.interrupted(name + ": " + String.join(" ", command), e);
        } catch (IOException e) {
            throw new LabException(name + ": " + String.join(" ", command), e);
        }
    }

    /**
     * Waits, on the host itself, until a shell condition holds; throws when {@code deadline} passes
     * first.
     */
    public final void await(Duration deadline, String condition) {
        run(
                deadline,
                "sh",
                "-c",
                "until { " + condition + "; } >/dev/null 2>&1; do sleep 0.02; done");
    }

    /** Starts to record every packet that arrives here; returns when the recording has begun. */
    public final Capture capture() {
        return Capture.begin(this, "capture" + captures.incrementAndGet());
    }

    /**
     * Starts a command that goes on after this call, its output in a file.
     *
     * @param processName what it is called on this host; names its pid file and its log
     */
    public final HostProcess spawn(String processName, String... command) {
        HostProcess process = new HostProcess(this, processName);
        List<String> all = new ArrayList<>();
        all.addAll(
                List.of(
                        "sh",
                        "-ec",
                        "pid=$1; log=$2; shift 2; echo $$ >$pid.new; mv $pid.new $pid; exec \"$@\""
                                + " >>$log 2>&1",
                        "spawn",
                        process.pidFile(),
                        process.logFile()));
        all.addAll(List.of(command));
        DockerClient docker = engine.docker();
        run(SHORT, "rm", "-f", process.pidFile());
        String exec =
                docker.execCreateCmd(container.getContainerId())
                        .withCmd(all.toArray(String[]::new))
                        .exec()
                        .getId();
        try {
            docker.execStartCmd(exec)
                    .withDetach(true)
                    .exec(new ResultCallback.Adapter<>())
                    .awaitCompletion(SHORT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw LabException.interrupted(name + ": " + processName, e);
        }
        await(SHORT, "[ -s " + process.pidFile() + " ]");
        return process;
    }

    /**
     * Writes a file, directories included.
     *
     * @param mode permission bits, such as 0600
     */
    public final void write(String path, byte[] content, int mode) {
        container.copyFileToContainer(Transferable.of(content, mode), path);
    }

    /** Writes several files at once, which costs no more than one. */
    public final void write(List<BranchHost.DeviceFile> files) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (BranchHost.DeviceFile file : files) {
                byte[] content = new byte[file.content().remaining()];
                file.content().duplicate().get(content);
                TarArchiveEntry entry = new TarArchiveEntry(file.path());
                entry.setMode(file.mode());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new LabException(name + ": files for the device", e);
        }
        engine.docker()
                .copyArchiveToContainerCmd(container.getContainerId())
                .withTarInputStream(new ByteArrayInputStream(archive.toByteArray()))
                .withRemotePath("/")
                .exec();
    }

    public final void write(String path, String content, int mode) {
        write(path, content.getBytes(StandardCharsets.UTF_8), mode);
    }

    public final String read(String path) {
        return run(SHORT, "cat", path);
    }

    /**
     * The interface that owns an address, such as {@code eth1}; their order is the engine's choice.
     */
    final String interfaceOf(String address) {
        return shell(
                        SHORT,
                        "ip -oneline -4 address show to " + address + " | awk '{print $2; exit}'")
                .strip();
    }

    private static final class Streams extends ResultCallback.Adapter<Frame> {
        private final Map<StreamType, ByteArrayOutputStream> collected = new LinkedHashMap<>();

        @Override
        public synchronized void onNext(Frame frame) {
            collected
                    .computeIfAbsent(frame.getStreamType(), _ -> new ByteArrayOutputStream())
                    .writeBytes(frame.getPayload());
        }

        synchronized CommandOutput output(int status) {
            return new CommandOutput(status, text(StreamType.STDOUT), text(StreamType.STDERR));
        }

        private String text(StreamType stream) {
            ByteArrayOutputStream octets = collected.get(stream);
            return octets == null ? "" : octets.toString(StandardCharsets.UTF_8);
        }
    }
}
