package io.sallyport.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The descriptors that the process may have. A session's connection takes one; what else there is
 * has its own, so that sessions that fill the gateway hinder neither a login that is to be told so,
 * nor what is written or reported.
 */
final class OpenFiles {
    /** Of this process, once the JVM has raised it as far as it may (proc_pid_limits(5)). */
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+) ");

    /** Jars, device, sockets, connections of the provisioner and of operators, files. */
    private static final int OWN = 256;

    private OpenFiles() {}

    /**
     * How many sessions there may be.
     *
     * @param withoutTunnel connections that are none
     * @throws ConfigurationException if there may be none
     */
    static int sessions(int withoutTunnel) throws IOException {
        return sessions(Files.readString(LIMITS, StandardCharsets.US_ASCII), withoutTunnel);
    }

    static int sessions(String limits, int withoutTunnel) throws ConfigurationException {
        Matcher matcher = LIMIT.matcher(limits);
        if (!matcher.find()) {
            return Integer.MAX_VALUE; // unlimited
        }
        long sessions = Long.parseLong(matcher.group(1)) - withoutTunnel - OWN;
        if (sessions <= 0) {
            throw new ConfigurationException(
                    "expected more than %d descriptors (LimitNOFILE), the process may have %s"
                            .formatted(withoutTunnel + OWN, matcher.group(1)));
        }
        return Math.toIntExact(Math.min(sessions, Integer.MAX_VALUE));
    }
}
