package io.sallyport.provisioner.database;

import io.sallyport.provisioner.configuration.Configuration;

/** A database that somebody else runs: nothing to start, nothing to end. */
record ExternalDatabase(Configuration.ExternalDatabase settings) implements Database {
    @Override
    public String url() {
        return settings.url();
    }

    @Override
    public String user() {
        return settings.user();
    }

    @Override
    public String password() {
        return settings.password();
    }

    @Override
    public void close() {}
}
