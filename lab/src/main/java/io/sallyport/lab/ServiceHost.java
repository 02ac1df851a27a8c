package io.sallyport.lab;

import java.time.Duration;
import java.util.List;

/**
 * A host whose first process is systemd, so that all that a unit demands is in force: namespaces,
 * control groups, filters of system calls. It has the addresses, routes and ports of another host,
 * but its own files and processes.
 */
public final class ServiceHost extends TestHost implements AutoCloseable {
    /** A service is told to end, or trains, within this. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    ServiceHost(Engine engine, TestHost other, List<Mount> mounts) {
        super(
                engine,
                other.name() + "-services",
                HostContainer.withServices(engine, other.name() + "-services", other, mounts));
    }

    @Override
    void start() {
        super.start();
        // Degraded: something of Debian's does not run, which a container cannot help.
        await(SHORT, "systemctl is-system-running | grep -qE '^(running|degraded)$'");
    }

    /** Tells the service manager to do something, and waits until it is done. */
    public String systemctl(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "systemctl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(DEADLINE, command);
    }

    /** What the service manager says of a unit, such as {@code MainPID}. */
    public String property(String unit, String name) {
        return systemctl("show", "--property=" + name, "--value", unit).strip();
    }

    /** All that a service printed. */
    public String journal(String unit) {
        return run(SHORT, "journalctl", "--quiet", "--no-pager", "--output=cat", "--unit=" + unit);
    }

    /** Removes the host and all that runs there. */
    @Override
    public void close() {
        remove();
    }
}
