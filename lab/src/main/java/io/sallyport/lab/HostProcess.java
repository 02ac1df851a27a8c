package io.sallyport.lab;

import java.time.Duration;

/** A process of a test host, known by its pid there; it lives until it is told to end, or dies. */
public final class HostProcess {
    private final TestHost host;
    private final String name;

    HostProcess(TestHost host, String name) {
        this.host = host;
        this.name = name;
    }

    /** The signals the lab sends. */
    public enum Signal {
        TERM,
        INT,
        HUP,
        USR2,
        KILL,
        STOP,
        CONT
    }

    /** On its host; its first line is the pid. */
    public String pidFile() {
        return "/run/" + name + ".pid";
    }

    /** Standard output and standard error of all runs under this name. */
    public String logFile() {
        return "/var/log/" + name + ".log";
    }

    public String log() {
        return host.read(logFile());
    }

    public boolean isAlive() {
        return host.tryRun(TestHost.SHORT, "sh", "-c", alive()).succeeded();
    }

    // A zombie still answers kill -0; only its state tells.
    private String alive() {
        return "s=$(awk '/^State:/{print $2}' /proc/$(cat "
                + pidFile()
                + ")/status) && [ \"$s\" != Z ]";
    }

    /** Sends a signal; throws when the process is gone. */
    public void signal(Signal signal) {
        host.shell(TestHost.SHORT, "kill -" + signal + " $(cat " + pidFile() + ")");
    }

    /** Waits until the process has ended, whatever ended it. */
    public void awaitEnd(Duration deadline) {
        host.await(deadline, "! { " + alive() + "; }");
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        signal(Signal.KILL);
        awaitEnd(TestHost.SHORT);
    }

    /** SIGTERM, and waits for the end; does nothing when it has ended before. */
    public void end(Duration deadline) {
        if (isAlive()) {
            signal(Signal.TERM);
            awaitEnd(deadline);
        }
    }
}
