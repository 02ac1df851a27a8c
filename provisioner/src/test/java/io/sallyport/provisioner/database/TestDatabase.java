package io.sallyport.provisioner.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An embedded database that ends with the JVM. */
public record TestDatabase(String url, String user, String password) {
    public static TestDatabase start() throws IOException {
        Path data = Files.createTempDirectory("postgres-test");
        EmbeddedDatabase database = EmbeddedDatabase.start(data);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    try {
                                        database.close();
                                        EmbeddedDatabase.deleteTree(data);
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                }));
        return new TestDatabase(database.url(), database.user(), database.password());
    }
}
