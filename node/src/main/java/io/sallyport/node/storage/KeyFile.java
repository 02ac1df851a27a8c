package io.sallyport.node.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the key is that seals a node's keys. */
public final class KeyFile {
    private static final String CREDENTIAL = "node-key";

    private KeyFile() {}

    /**
     * What is set; or else the credential {@code node-key}, if systemd has loaded one; or else
     * {@code node.key} in a directory beside the state directory, with its name and {@code -key}. A
     * copy of the state directory is then of no use to whoever finds it.
     *
     * @param set the setting, if there is one
     * @param environment of this process; systemd says there where credentials are
     */
    public static Path of(Optional<Path> set, Path state, Map<String, String> environment) {
        if (set.isPresent()) {
            return set.get();
        }
        return Optional.ofNullable(environment.get("CREDENTIALS_DIRECTORY"))
                .map(directory -> Path.of(directory, CREDENTIAL))
                .filter(Files::exists)
                .orElseGet(() -> beside(state.toAbsolutePath().normalize()));
    }

    private static Path beside(Path state) {
        return state.resolveSibling(state.getFileName() + "-key").resolve("node.key");
    }
}
