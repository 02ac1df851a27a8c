package io.sallyport.provisioner.health;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.Transactional;

import jakarta.inject.Singleton;

import java.sql.PreparedStatement;

/** The smallest question that a database can answer. */
@Singleton
class DatabaseQuestion {
    private final JdbcOperations jdbc;

    DatabaseQuestion(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns if the database answers, and throws if it does not. Blocks. */
    @Transactional(readOnly = true)
    void ask() {
        jdbc.prepareStatement("SELECT 1", PreparedStatement::execute);
    }
}
