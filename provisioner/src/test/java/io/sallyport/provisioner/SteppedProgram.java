package io.sallyport.provisioner;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDisconnectEvent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a process of its own that stops, with all its threads, right before each change
 * that it makes on the disk, by the methods through which java.nio.file and channels go to the
 * system. What is on the disk then is what a kill at that moment leaves: the kernel keeps what a
 * dead process wrote.
 */
public final class SteppedProgram {
    private static final Map<String, Set<String>> CHANGES =
            Map.of(
                    "sun.nio.fs.UnixNativeDispatcher",
                    Set.of("rename", "mkdir", "unlink", "rmdir"),
                    "sun.nio.ch.UnixFileDispatcherImpl",
                    Set.of("write"));

    private static final int MILLISECONDS_AT_MOST = 60_000;

    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> program;

    /** Who is asked before each change. */
    public interface Before {
        /**
         * Whether it goes on.
         *
         * @param changes how many it has made
         */
        boolean goesOn(int changes) throws Exception;
    }

    /**
     * A program.
     *
     * @param directory its working directory; what it prints is in a file there
     * @param environment beside the test's own
     * @param program the class and its arguments
     */
    public SteppedProgram(Path directory, Map<String, String> environment, List<String> program) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.program = List.copyOf(program);
    }

    /**
     * Runs it.
     *
     * @param before is asked before each change; to say no kills the program
     * @return how many changes it made; empty if it was killed
     * @throws IOException if it ends by itself and not well
     */
    public OptionalInt run(Before before) throws Exception {
        ListeningConnector connector =
                Bootstrap.virtualMachineManager().listeningConnectors().stream()
                        .filter(each -> each.transport().name().equals("dt_socket"))
                        .findFirst()
                        .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        arguments.get("timeout").setValue(String.valueOf(MILLISECONDS_AT_MOST));
        String address = connector.startListening(arguments);
        Path output = directory.resolve("program.out");
        Process process;
        VirtualMachine machine;
        try {
            process = started(address, output);
            machine = connector.accept(arguments);
        } finally {
            connector.stopListening(arguments);
        }
        try {
            OptionalInt changes = changes(machine, before);
            if (changes.isPresent()) {
                process.waitFor(MILLISECONDS_AT_MOST, TimeUnit.MILLISECONDS);
                if (process.isAlive() || process.exitValue() != 0) {
                    throw new IOException("it did not end well: " + Files.readString(output));
                }
            }
            return changes;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process started(String address, Path output) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address="
                                        + address,
                                "-cp",
                                System.getProperty("java.class.path")));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private static OptionalInt changes(VirtualMachine machine, Before before) throws Exception {
        for (String name : CHANGES.keySet()) {
            machine.classesByName(name).forEach(SteppedProgram::watch);
            var prepared = machine.eventRequestManager().createClassPrepareRequest();
            prepared.addClassFilter(name);
            prepared.enable();
        }
        machine.resume();
        int changes = 0;
        while (true) {
            EventSet events = machine.eventQueue().remove(MILLISECONDS_AT_MOST);
            if (events == null) {
                throw new IOException("it does nothing any more");
            }
            for (Event event : events) {
                switch (event) {
                    case ClassPrepareEvent prepared -> watch(prepared.referenceType());
                    case BreakpointEvent _ -> {
                        if (!before.goesOn(changes)) {
                            return OptionalInt.empty();
                        }
                        changes++;
                    }
                    case VMDisconnectEvent _ -> {
                        return OptionalInt.of(changes);
                    }
                    default -> {}
                }
            }
            events.resume();
        }
    }

    private static void watch(ReferenceType type) {
        for (Method method : type.methods()) {
            if (CHANGES.get(type.name()).contains(method.name()) && !method.isNative()) {
                type.virtualMachine()
                        .eventRequestManager()
                        .createBreakpointRequest(method.location())
                        .enable();
            }
        }
    }
}
