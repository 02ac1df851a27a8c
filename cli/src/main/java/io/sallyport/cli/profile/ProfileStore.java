package io.sallyport.cli.profile;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.MalformedAnswerException;
import io.sallyport.cli.api.TrustedRoots;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The stored logins of a user. */
public final class ProfileStore {
    private static final Set<PosixFilePermission> PRIVATE_FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
            PosixFilePermissions.fromString("rwx------");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final int MAX_OCTETS = TrustedRoots.MAX_OCTETS * 2;

    private final Path directory;

    private ProfileStore(Path directory) {
        this.directory = directory;
    }

    /** The store of the user with this environment and this home. */
    public static ProfileStore of(Map<String, String> environment, Path home) {
        // XDG Base Directory Specification 0.8: a relative path is to be ignored.
        Path configuration =
                Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
                        .map(Path::of)
                        .filter(Path::isAbsolute)
                        .orElse(home.resolve(".config"));
        return new ProfileStore(configuration.resolve("sallyport").resolve("logins"));
    }

    /** Whether this can be the name of a login. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The file of a login, whether it is there or not. */
    public Path file(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("no name of a login: " + name);
        }
        return directory.resolve(name + ".json");
    }

    /**
     * Reads a login.
     *
     * @return empty if there is none
     * @throws IOException if it cannot be read, is damaged, or others can read it
     */
    public Optional<Profile> find(String name) throws IOException {
        Path file = file(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        others.removeAll(PRIVATE_FILE);
        if (!others.isEmpty()) {
            throw new IOException(
                    "others than you may use %s, which holds a token; log in anew with a new token"
                            .formatted(file));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(Profile.of(Document.parse(in.readNBytes(MAX_OCTETS))));
        } catch (MalformedAnswerException | IllegalArgumentException e) {
            throw new IOException("%s is damaged; log in anew".formatted(file), e);
        }
    }

    /**
     * Keeps a login in place of the one of this name; after a crash there is the one or the other.
     *
     * @return its file
     * @throws IOException if it cannot be written
     */
    public Path keep(String name, Profile profile) throws IOException {
        Path file = file(name);
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE_DIRECTORY));
        Path written =
                Files.createTempFile(
                        directory,
                        ".login",
                        null,
                        PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer octets = ByteBuffer.wrap(profile.document().encode());
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
        return file;
    }

    /**
     * Removes a login.
     *
     * @return false if there was none
     * @throws IOException if it cannot be removed
     */
    public boolean forget(String name) throws IOException {
        return Files.deleteIfExists(file(name));
    }
}
