package io.sallyport.cli.tunnel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory that the files of a device configuration are written below, as if it were the root of
 * the device. It is the user's alone; a file with a key is never readable by others, not for a
 * moment.
 */
final class DeviceDirectory {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    // As on a device, so that an archive of these files does no harm to a device's /etc.
    private static final Set<PosixFilePermission> DEVICE_DIRECTORY =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;

    private DeviceDirectory(Path root) {
        this.root = root;
    }

    /**
     * Makes the directory, or takes one that is there; tries whether it can be written to, because
     * what is handed out once must not be fetched in vain.
     *
     * @param overwrite takes one that is not empty too
     * @throws IOException if it cannot be made, or is not empty
     */
    static DeviceDirectory prepare(Path root, boolean overwrite) throws IOException {
        Path absolute = root.toAbsolutePath().normalize();
        if (!Files.exists(absolute)) {
            if (absolute.getParent() != null) {
                Files.createDirectories(absolute.getParent());
            }
            Files.createDirectory(absolute, OWNERS_DIRECTORY);
        } else if (!Files.isDirectory(absolute)) {
            throw new NotDirectoryException(absolute.toString());
        } else if (!overwrite) {
            try (Stream<Path> files = Files.list(absolute)) {
                if (files.findAny().isPresent()) {
                    throw new DirectoryNotEmptyException(absolute.toString());
                }
            }
        }
        Files.delete(Files.createTempFile(absolute, ".sallyport", null, OWNERS_FILE));
        return new DeviceDirectory(absolute);
    }

    Path root() {
        return root;
    }

    /**
     * Writes a file with its mode, in place of one that is there, and to the disk.
     *
     * @throws IOException if it cannot be written, or a directory on the way is a link
     */
    void write(DeviceFile file) throws IOException {
        Path directory = root;
        for (String name : file.names().subList(0, file.names().size() - 1)) {
            directory = directory.resolve(name);
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory, OWNERS_DIRECTORY);
                Files.setPosixFilePermissions(directory, DEVICE_DIRECTORY);
            } else if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(directory.toString());
            }
        }
        Path written = Files.createTempFile(directory, ".sallyport", null, OWNERS_FILE);
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer octets = ByteBuffer.wrap(file.content().octets());
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(written, file.permissions());
            Files.move(
                    written,
                    directory.resolve(file.names().getLast()),
                    StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
