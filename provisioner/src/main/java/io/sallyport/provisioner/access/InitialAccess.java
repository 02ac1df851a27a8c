package io.sallyport.provisioner.access;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.PrivateFile;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * The first customer and the first tokens. Their text is written to {@code initial-tokens.json}
 * before their hashes are stored: killed in between, the next start finds no hashes and makes new
 * ones. The file is deleted by the first start after one that came to answer: killed before that,
 * nobody may have read it.
 */
@Singleton
public class InitialAccess {
    private static final Logger LOG = LoggerFactory.getLogger(InitialAccess.class);

    private final AccessTokenRepository tokens;
    private final CustomerRepository customers;
    private final Configuration configuration;
    private final Clock clock;
    private final SecureRandom random;

    InitialAccess(
            AccessTokenRepository tokens,
            CustomerRepository customers,
            Configuration configuration,
            Clock clock,
            SecureRandom random) {
        this.tokens = tokens;
        this.customers = customers;
        this.configuration = configuration;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes them, if there are none yet. Blocks.
     *
     * @throws IOException if the file cannot be written or deleted
     */
    @Transactional
    public void ensure() throws IOException {
        Path file = file();
        if (tokens.count() > 0) {
            if (Files.exists(answered()) && Files.deleteIfExists(file)) {
                LOG.info("{} has been deleted", file);
            }
            return;
        }
        Files.deleteIfExists(answered());
        BearerSecret operator = BearerSecret.random(random);
        BearerSecret customer = BearerSecret.random(random);
        PrivateFile.write(
                file,
                "{\"operator\": \"%s\", \"customer\": \"%s\"}\n"
                        .formatted(operator.reveal(), customer.reveal()));
        var first = new Customer(UUID.randomUUID(), configuration.customer(), clock.instant());
        customers.save(first);
        tokens.save(token(operator, Role.OPERATOR, null));
        tokens.save(token(customer, Role.CUSTOMER, first.id()));
        LOG.info("the first tokens are in {}; the next start deletes it", file);
    }

    /**
     * Takes note that the tokens can be used now: the next start deletes their file. Blocks.
     *
     * @throws IOException if the note cannot be written
     */
    public void handedOut() throws IOException {
        if (Files.exists(file())) {
            PrivateFile.write(answered(), "");
        }
    }

    private Path file() {
        return configuration.data().resolve("initial-tokens.json");
    }

    private Path answered() {
        return configuration.data().resolve("initial-tokens.answered");
    }

    private AccessToken token(BearerSecret secret, Role role, @Nullable UUID customer) {
        return new AccessToken(UUID.randomUUID(), secret.hash(), role, customer, clock.instant());
    }
}
