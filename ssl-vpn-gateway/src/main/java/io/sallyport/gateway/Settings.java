package io.sallyport.gateway;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process's configuration.
 *
 * @param state directory for all the process keeps
 * @param apiUrl the provisioner's public API, for the enrolment
 * @param ca file with the internal root certificate in PEM
 * @param enrolmentSecretFile the one-time secret; deleted after use
 * @param tcp where clients connect
 * @param udp where their DTLS goes
 * @param tun name of the TUN device
 * @param user to become, once sockets and device are open; none only where the process is not root
 * @param admin where operators connect, on a loopback address
 * @param keyFile what seals this node's keys; empty for the usual place
 */
record Settings(
        Path state,
        URI apiUrl,
        Path ca,
        Path enrolmentSecretFile,
        InetSocketAddress tcp,
        InetSocketAddress udp,
        String tun,
        Optional<String> user,
        InetSocketAddress admin,
        Optional<Path> keyFile) {
    private static final Set<String> REQUIRED =
            Set.of("state", "api.url", "ca", "enrolment.secret.file", "listen.tcp");
    private static final Set<String> OPTIONAL =
            Set.of("listen.udp", "tun", "user", "admin", "key.file");
    private static final String DEFAULT_TUN = "sallyport0";
    private static final String DEFAULT_ADMIN = "127.0.0.1:8445";
    // linux/if.h: IFNAMSIZ is 16 with the final zero.
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,14}");
    private static final Pattern ENDPOINT = Pattern.compile("(?:\\[([^\\]]+)]|([^:]+)):(\\d{1,5})");
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads a file in the syntax of {@link Properties}.
     *
     * @throws ConfigurationException if it cannot be read, or a key is missing, unknown or
     *     malformed
     */
    static Settings read(Path file) throws ConfigurationException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + e, e);
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(REQUIRED);
        unknown.removeAll(OPTIONAL);
        Set<String> missing = new TreeSet<>(REQUIRED);
        missing.removeAll(properties.stringPropertyNames());
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new ConfigurationException(
                    "%s: unknown keys %s, missing keys %s".formatted(file, unknown, missing));
        }
        try {
            return of(properties);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(file + ": " + e.getMessage(), e);
        }
    }

    private static Settings of(Properties properties) {
        URI apiUrl = URI.create(properties.getProperty("api.url"));
        if (!"https".equals(apiUrl.getScheme()) || apiUrl.getHost() == null) {
            throw new IllegalArgumentException("expected api.url to be https://HOST[:PORT]");
        }
        String tcp = properties.getProperty("listen.tcp");
        String tun = properties.getProperty("tun", DEFAULT_TUN);
        if (!DEVICE.matcher(tun).matches()) {
            throw new IllegalArgumentException("expected tun to be a device's name");
        }
        InetSocketAddress admin = endpoint("admin", properties.getProperty("admin", DEFAULT_ADMIN));
        if (!admin.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("expected admin to be a loopback address");
        }
        return new Settings(
                Path.of(properties.getProperty("state")),
                apiUrl,
                Path.of(properties.getProperty("ca")),
                Path.of(properties.getProperty("enrolment.secret.file")),
                endpoint("listen.tcp", tcp),
                endpoint("listen.udp", properties.getProperty("listen.udp", tcp)),
                tun,
                Optional.ofNullable(properties.getProperty("user")),
                admin,
                Optional.ofNullable(properties.getProperty("key.file")).map(Path::of));
    }

    /** ADDRESS:PORT, with an IPv6 address in brackets; never a name. Port 0 is any that is free. */
    private static InetSocketAddress endpoint(String key, String text) {
        Matcher matcher = ENDPOINT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > HIGHEST_PORT) {
            throw new IllegalArgumentException("expected %s to be ADDRESS:PORT".formatted(key));
        }
        String address = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        try {
            return new InetSocketAddress(
                    InetAddress.ofLiteral(address), Integer.parseInt(matcher.group(3)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected %s to begin with an IP address".formatted(key), e);
        }
    }
}
