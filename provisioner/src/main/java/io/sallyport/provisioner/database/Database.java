package io.sallyport.provisioner.database;

import io.sallyport.provisioner.configuration.Configuration;

import java.io.IOException;

/** A PostgreSQL that answers. Closing it ends it, if it is ours. */
public sealed interface Database extends AutoCloseable permits EmbeddedDatabase, ExternalDatabase {

    /**
     * Gives the database of this configuration, started if it is the embedded one. Blocks until it
     * answers.
     *
     * @throws IOException if the embedded database could not be started
     */
    static Database start(Configuration configuration) throws IOException {
        if (configuration.database().isPresent()) {
            return new ExternalDatabase(configuration.database().get());
        }
        return EmbeddedDatabase.start(configuration.data());
    }

    /** JDBC URL, without user and password. */
    String url();

    String user();

    String password();

    @Override
    void close() throws IOException;
}
