package io.sallyport.provisioner.authority;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of {@link CeremonyCommand}: a word, then options with a value each. */
final class CeremonyOptions {

    /** The arguments are not what the command takes. */
    static final class UsageException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    private final String command;
    private final Map<String, List<String>> options;

    private CeremonyOptions(String command, Map<String, List<String>> options) {
        this.command = command;
        this.options = options;
    }

    static CeremonyOptions of(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new UsageException("expected a command");
        }
        Map<String, List<String>> options = new LinkedHashMap<>();
        for (int index = 1; index < arguments.size(); index += 2) {
            String name = arguments.get(index);
            if (!name.startsWith("--") || index + 1 == arguments.size()) {
                throw new UsageException(name + ": expected an option and its value");
            }
            options.computeIfAbsent(name, _ -> new ArrayList<>()).add(arguments.get(index + 1));
        }
        return new CeremonyOptions(arguments.getFirst(), options);
    }

    String command() {
        return command;
    }

    /** All values of an option that may be given more than once; at least one. */
    List<String> values(String name) {
        List<String> values = options.remove(name);
        if (values == null) {
            throw new UsageException("expected " + name);
        }
        return values;
    }

    /** All values of an option that may be given any number of times. */
    List<String> anyValues(String name) {
        List<String> values = options.remove(name);
        return values == null ? List.of() : values;
    }

    String value(String name) {
        return optional(name).orElseThrow(() -> new UsageException("expected " + name));
    }

    Optional<String> optional(String name) {
        List<String> values = options.remove(name);
        if (values == null) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new UsageException(name + " is given twice");
        }
        return Optional.of(values.getFirst());
    }

    Path path(String name) {
        return Path.of(value(name));
    }

    Optional<Long> number(String name) {
        try {
            return optional(name).map(Long::valueOf);
        } catch (NumberFormatException _) {
            throw new UsageException(name + ": expected a number");
        }
    }

    /** Refuses options that nobody asked for. */
    void requireNoOthers() {
        if (!options.isEmpty()) {
            throw new UsageException(options.keySet().iterator().next() + " is not known here");
        }
    }
}
