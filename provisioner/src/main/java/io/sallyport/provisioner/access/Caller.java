package io.sallyport.provisioner.access;

import io.sallyport.provisioner.problem.ProblemException;

import java.util.UUID;

/** Whoever holds the token of this request. Controllers take it as an argument. */
public sealed interface Caller {
    /**
     * One who runs the service.
     *
     * @param token the first 12 hexadecimal digits of the token's SHA-256: they tell tokens apart
     *     and open nothing
     */
    record Operator(String token) implements Caller {}

    /**
     * A customer.
     *
     * @param id the customer's id
     */
    record Customer(UUID id) implements Caller {}

    /** What the token is for. */
    default Role role() {
        return switch (this) {
            case Operator _ -> Role.OPERATOR;
            case Customer _ -> Role.CUSTOMER;
        };
    }

    /** Who it was, for records. */
    default String recorded() {
        return switch (this) {
            case Operator(String token) -> "operator, token " + token;
            case Customer(UUID id) -> "customer " + id;
        };
    }

    /**
     * The customer who calls.
     *
     * @throws ProblemException if it is an operator
     */
    default Customer requireCustomer() {
        return switch (this) {
            case Customer customer -> customer;
            case Operator _ ->
                    throw ProblemException.of(
                            ProblemException.Kind.FORBIDDEN, "this needs a customer's token");
        };
    }
}
