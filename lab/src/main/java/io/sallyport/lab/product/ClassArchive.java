package io.sallyport.lab.product;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Classes as an earlier process on the same jars had them: the next is up in half the time. The JVM
 * makes the file when a process ends in order (one that is killed leaves none) and there is none.
 */
final class ClassArchive {
    private final Path jar;
    private final Path file;

    private ClassArchive(Path jar) {
        this.jar = jar;
        this.file = jar.resolveSibling("classes.jsa");
    }

    static ClassArchive of(String module) {
        return new ClassArchive(Jars.of(module));
    }

    List<String> options() {
        return List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + file);
    }

    boolean isThere() {
        return Files.exists(file);
    }

    /** The JVM does not replace an archive that was made of other jars: it starts without. */
    void removeIfStale() throws IOException {
        if (!isThere()) {
            return;
        }
        FileTime made = Files.getLastModifiedTime(file);
        List<Path> jars = new ArrayList<>(List.of(jar));
        try (DirectoryStream<Path> libraries =
                Files.newDirectoryStream(jar.resolveSibling("lib"), "*.jar")) {
            libraries.forEach(jars::add);
        }
        for (Path each : jars) {
            if (Files.getLastModifiedTime(each).compareTo(made) > 0) {
                Files.deleteIfExists(file);
            }
        }
    }
}
