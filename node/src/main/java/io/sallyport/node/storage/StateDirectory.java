package io.sallyport.node.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory (mode 0700) in which the process keeps its files (mode 0600). For any number of
 * threads, as long as each file has one writer. All calls block on the disk.
 */
public final class StateDirectory implements Closeable {
    /** The largest file read back, in octets: what the largest desired state needs. */
    private static final long MAX_OCTETS = 64L * 1024 * 1024;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Set<PosixFilePermission> PASSABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final FileChannel lock;

    private StateDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Opens the directory, and makes it if it is absent.
     *
     * @throws IOException if another process has it open, or it cannot be made
     */
    public static StateDirectory open(Path directory) throws IOException {
        makeParents(directory.toAbsolutePath());
        Files.createDirectories(directory, OWNER_DIRECTORY);
        // Where they are right the directory may be another user's: a change would need CAP_FOWNER.
        if (!Files.getPosixFilePermissions(directory).equals(OWNER_DIRECTORY.value())) {
            Files.setPosixFilePermissions(directory, OWNER_DIRECTORY.value());
        }
        FileChannel lock =
                FileChannel.open(
                        directory.resolve("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWNER_FILE);
        try {
            if (lock.tryLock() == null) {
                throw inUse(directory);
            }
        } catch (OverlappingFileLockException _) {
            lock.close();
            throw inUse(directory);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        return new StateDirectory(directory, lock);
    }

    /**
     * What is above the directory is for all to pass through, whatever the umask says: the process
     * may give the directory to another user, and become that user.
     */
    private static void makeParents(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            makeParents(parent);
            Files.createDirectories(parent);
            Files.setPosixFilePermissions(parent, PASSABLE);
        }
    }

    /** The content of a file, if there is one. */
    public Optional<byte[]> read(String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new IOException("%s is larger than %d octets".formatted(file, MAX_OCTETS));
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Names of the files that end so, in no order; not of one that is being written. */
    public List<String> names(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .toList();
        }
    }

    /** A directory inside this one, with files of its own. */
    public StateDirectory subdirectory(String name) throws IOException {
        return open(directory.resolve(name));
    }

    /** Replaces a file. When this returns, the new content survives a power failure. */
    public void store(String name, byte[] content) throws IOException {
        replace(directory.resolve(name), content, true);
        force();
    }

    /** What was removed so far stays removed after a power failure. */
    public void force() throws IOException {
        force(directory);
    }

    /** The same of any directory. */
    static void force(Path directory) throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** Replaces a file that may be lost with the machine: readers see the old one or the new. */
    public void publish(String name, byte[] content) throws IOException {
        replace(directory.resolve(name), content, false);
    }

    /** Removes a file, if there is one. */
    public void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    /** Replaces any file by one that only its owner can read. */
    static void replace(Path target, byte[] content, boolean durable) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + ".new");
        Files.deleteIfExists(unfinished); // of a process that was killed
        try (FileChannel file =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER_FILE)) {
            ByteBuffer octets = ByteBuffer.wrap(content);
            while (octets.hasRemaining()) {
                file.write(octets);
            }
            if (durable) {
                file.force(true);
            }
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Lets another process open the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static IOException inUse(Path directory) {
        return new IOException("%s is in use by another process".formatted(directory));
    }
}
