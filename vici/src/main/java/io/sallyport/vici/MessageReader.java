package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Section;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads one section strictly: what charon always sends must be there, numbers must be numbers.
 *
 * @param where names the section in exceptions
 */
record MessageReader(String where, ViciMessage message) {
    /** The only section of a message, which charon names after a connection. */
    static Section onlySection(String where, ViciMessage message) throws ViciProtocolException {
        List<Section> sections = message.sections();
        if (sections.size() != 1) {
            throw new ViciProtocolException(
                    "expected one section in %s, came %d".formatted(where, sections.size()));
        }
        return sections.getFirst();
    }

    MessageReader section(String name) throws ViciProtocolException {
        return optionalSection(name).orElseThrow(() -> missing("section " + name));
    }

    Optional<MessageReader> optionalSection(String name) {
        return message.section(name).map(content -> new MessageReader(where + "." + name, content));
    }

    String text(String key) throws ViciProtocolException {
        return optionalText(key).orElseThrow(() -> missing(key));
    }

    ViciValue value(String key) throws ViciProtocolException {
        return message.value(key).orElseThrow(() -> missing(key));
    }

    /** A word that must be one of an enum's. */
    <E extends Enum<E>> E constant(String key, Class<E> type) throws ViciProtocolException {
        String text = text(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw malformed(key, "one of " + Arrays.toString(type.getEnumConstants()), text);
    }

    Optional<String> optionalText(String key) {
        return message.text(key);
    }

    List<String> texts(String list) {
        return message.texts(list);
    }

    boolean isYes(String key) {
        return message.isYes(key);
    }

    /** A number from 0 to 2^63 - 1. */
    long number(String key) throws ViciProtocolException {
        String text = text(key);
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, like a negative number.
        }
        throw malformed(key, "a number", text);
    }

    long optionalNumber(String key, long absent) throws ViciProtocolException {
        return message.value(key).isPresent() ? number(key) : absent;
    }

    int port(String key) throws ViciProtocolException {
        long port = number(key);
        if (port > 0xFFFF) {
            throw malformed(key, "a port", Long.toString(port));
        }
        return (int) port;
    }

    OptionalInt keySize(String key) throws ViciProtocolException {
        if (message.value(key).isEmpty()) {
            return OptionalInt.empty();
        }
        long bits = number(key);
        if (bits > 0xFFFF) {
            throw malformed(key, "a key size", Long.toString(bits));
        }
        return OptionalInt.of((int) bits);
    }

    /**
     * A time in seconds, if there is one. It may be negative (a lifetime just over), and charon
     * prints some negative ones as unsigned 64-bit numbers ({@code use-in} of a packet stamped
     * ahead of its clock).
     */
    Optional<Duration> seconds(String key) throws ViciProtocolException {
        Optional<String> text = optionalText(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String digits = text.get();
            long seconds =
                    digits.startsWith("-")
                            ? Long.parseLong(digits)
                            : Long.parseUnsignedLong(digits);
            return Optional.of(Duration.ofSeconds(seconds));
        } catch (NumberFormatException _) {
            throw malformed(key, "seconds", text.get());
        }
    }

    private ViciProtocolException missing(String what) {
        return new ViciProtocolException("expected %s in %s, came none".formatted(what, where));
    }

    private ViciProtocolException malformed(String key, String expected, String came) {
        return new ViciProtocolException(
                "expected %s as %s in %s, came '%s'".formatted(expected, key, where, came));
    }
}
