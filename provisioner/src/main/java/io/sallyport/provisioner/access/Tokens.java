package io.sallyport.provisioner.access;

import io.micronaut.data.connection.annotation.Connectable;
import io.sallyport.provisioner.problem.ProblemException;

import jakarta.inject.Singleton;

/** Knows who holds which token. */
@Singleton
class Tokens {
    /** Digits of a token's hash that may be seen. */
    private static final int SHOWN = 12;

    private final AccessTokenRepository tokens;

    Tokens(AccessTokenRepository tokens) {
        this.tokens = tokens;
    }

    /**
     * The holder of the token. Blocks on the database.
     *
     * @throws ProblemException if nobody holds it; it says no more than that
     */
    @Connectable(readOnly = true)
    Caller holder(BearerSecret secret) {
        return tokens.findByHash(secret.hash())
                .filter(token -> secret.matches(token.hash()))
                .map(
                        token ->
                                switch (token.role()) {
                                    case OPERATOR ->
                                            new Caller.Operator(token.hash().substring(0, SHOWN));
                                    case CUSTOMER -> new Caller.Customer(token.customer());
                                })
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ProblemException.Kind.UNAUTHENTICATED,
                                        "the token is not known"));
    }
}
