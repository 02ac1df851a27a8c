package io.sallyport.concentrator;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The process's configuration.
 *
 * @param state directory for all the process keeps
 * @param apiUrl the provisioner's public API, for the enrolment
 * @param ca file with the internal root certificate in PEM
 * @param enrolmentSecretFile the one-time secret; deleted after use
 * @param viciSocket charon's VICI socket
 * @param keyFile what seals this node's keys; empty for the usual place
 */
record Settings(
        Path state,
        URI apiUrl,
        Path ca,
        Path enrolmentSecretFile,
        Path viciSocket,
        Optional<Path> keyFile) {
    private static final Set<String> REQUIRED =
            Set.of("state", "api.url", "ca", "enrolment.secret.file", "vici.socket");
    private static final String KEY_FILE = "key.file";

    /**
     * Reads a file in the syntax of {@link Properties}.
     *
     * @throws IOException if it cannot be read, or a key is missing, unknown or malformed
     */
    static Settings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(REQUIRED);
        unknown.remove(KEY_FILE);
        Set<String> missing = new TreeSet<>(REQUIRED);
        missing.removeAll(properties.stringPropertyNames());
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new IOException(
                    "%s: unknown keys %s, missing keys %s".formatted(file, unknown, missing));
        }
        try {
            URI apiUrl = URI.create(properties.getProperty("api.url"));
            if (!"https".equals(apiUrl.getScheme()) || apiUrl.getHost() == null) {
                throw new IllegalArgumentException("expected api.url to be https://HOST[:PORT]");
            }
            return new Settings(
                    Path.of(properties.getProperty("state")),
                    apiUrl,
                    Path.of(properties.getProperty("ca")),
                    Path.of(properties.getProperty("enrolment.secret.file")),
                    Path.of(properties.getProperty("vici.socket")),
                    Optional.ofNullable(properties.getProperty(KEY_FILE)).map(Path::of));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
