package io.sallyport.provisioner.problem;

import io.micronaut.core.annotation.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Collects what is wrong with a request, so that its sender hears of everything at once. For one
 * request and one thread.
 */
public final class FieldErrors {
    private static final String MISSING = "expected a value";

    private final List<FieldError> errors = new ArrayList<>();

    /** Notes that this field cannot be accepted. */
    public void add(String field, String reason) {
        errors.add(new FieldError(field, reason));
    }

    /**
     * The parsed value of a field that has to be there; empty, and noted, if it is missing or the
     * parser throws {@link IllegalArgumentException}.
     */
    public <S, T> Optional<T> required(String field, @Nullable S value, Function<S, T> parse) {
        if (value == null) {
            add(field, MISSING);
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(value));
        } catch (IllegalArgumentException e) {
            add(field, e.getMessage());
            return Optional.empty();
        }
    }

    /** As {@link #required}, for each element of a list that has to have one. */
    public <S, T> List<T> requiredList(
            String field, @Nullable List<S> values, Function<S, T> parse) {
        if (values == null || values.isEmpty()) {
            add(field, "expected at least one value");
            return List.of();
        }
        return IntStream.range(0, values.size())
                .mapToObj(i -> required("%s[%d]".formatted(field, i), values.get(i), parse))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Ends the collection.
     *
     * @throws ProblemException if anything was noted
     */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }
}
