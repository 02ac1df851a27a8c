package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.provisioner.password.PasswordHash;
import io.sallyport.provisioner.password.PasswordWork;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** Passwords that customers choose for teleworkers, or have made here. */
@Singleton
class Passwords {
    private final PasswordWork work;
    private final SecureRandom random;

    Passwords(PasswordWork work, SecureRandom random) {
        this.work = work;
        this.random = random;
    }

    /**
     * A password.
     *
     * @param generated its text, if it was made here
     */
    record Chosen(PasswordHash hash, Optional<String> generated) {
        @Override
        public String toString() {
            return "Chosen[hidden]";
        }
    }

    /**
     * Hashes a password. Takes CPU for tens of milliseconds; not to be called in a transaction.
     *
     * @param typed what the customer chose; null to make one
     */
    Chosen choose(@Nullable String typed) {
        if (typed != null) {
            char[] characters = typed.toCharArray();
            PasswordHash hash = work.hash(characters);
            Arrays.fill(characters, '\0');
            return new Chosen(hash, Optional.empty());
        }
        try (Passphrase made = Passphrase.random(random)) {
            char[] characters = made.characters();
            Chosen chosen = new Chosen(work.hash(characters), Optional.of(new String(characters)));
            Arrays.fill(characters, '\0');
            return chosen;
        }
    }
}
