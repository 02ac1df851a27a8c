package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes an authority's folder so that after a crash it is there whole or not at all. */
final class AuthorityFiles {

    static final String CERTIFICATE = "certificate.pem";
    static final String KEY = "key.pem";
    static final String REQUEST = "request.pem";
    static final String NEW_WITH_OLD = "new-with-old.pem";

    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AuthorityFiles() {}

    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, FOLDER);
    }

    static void write(Path directory, String name, String certificate, Optional<String> key)
            throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(CERTIFICATE, certificate);
        key.ifPresent(text -> files.put(KEY, text));
        write(directory, name, files);
    }

    /** Writes a folder of that name with those files. */
    static void write(Path directory, String name, Map<String, String> files) throws IOException {
        Path partial = partial(directory, name);
        // Of an earlier process that was interrupted; the caller holds the lock.
        deletePartial(partial);
        Files.createDirectory(partial, FOLDER);
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(partial.resolve(file.getKey()), file.getValue());
        }
        synchronise(partial);
        Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        synchronise(directory);
    }

    /**
     * Deletes a folder of ours, if it is there. An interruption leaves all of it, or nothing that
     * is taken for it: the rest is deleted when this is repeated, or another is written.
     */
    static void delete(Path folder) throws IOException {
        Path partial = partial(folder.getParent(), folder.getFileName().toString());
        deletePartial(partial);
        if (Files.exists(folder)) {
            Files.move(folder, partial, StandardCopyOption.ATOMIC_MOVE);
            synchronise(folder.getParent());
            deletePartial(partial);
        }
    }

    private static Path partial(Path directory, String name) {
        return directory.resolve("." + name + ".partial");
    }

    private static void deletePartial(Path partial) throws IOException {
        for (String file : List.of(CERTIFICATE, KEY, REQUEST, NEW_WITH_OLD)) {
            Files.deleteIfExists(partial.resolve(file));
        }
        Files.deleteIfExists(partial);
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE)) {
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(US_ASCII));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
        }
    }

    /** Which files are in the directory survives a power failure. */
    static void synchronise(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
