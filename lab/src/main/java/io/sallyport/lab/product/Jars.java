package io.sallyport.lab.product;

import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The jars that Maven built in this checkout. */
public final class Jars {
    private Jars() {}

    /** The runnable jar of a module. */
    public static Path of(String module) {
        return one(module, file -> isMain(module, file));
    }

    /** The jar with what a module lends to benchmarks. */
    public static Path testsOf(String module) {
        return one(module, file -> file.startsWith(module + "-") && file.endsWith("-tests.jar"));
    }

    private static Path one(String module, Predicate<String> wanted) {
        Path target = Lab.repository().resolve(module).resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            List<Path> jars =
                    files.filter(file -> wanted.test(file.getFileName().toString())).toList();
            if (jars.size() != 1) {
                throw new LabException("expected one jar of " + module + ", found " + jars);
            }
            return jars.getFirst();
        } catch (IOException e) {
            throw new LabException(module + " is not built: no jar in " + target, e);
        }
    }

    private static boolean isMain(String module, String file) {
        return file.startsWith(module + "-")
                && file.endsWith(".jar")
                && !file.matches(".*-(sources|javadoc|tests)\\.jar");
    }
}
