package io.sallyport.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import java.io.IOException;

/** The one JSON form of the records in this package. Thread-safe. */
public final class WireJson {
    /** Octets of the largest document accepted: 10,000 tunnels with room to spare. */
    public static final int MAX_OCTETS = 32 * 1024 * 1024;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .addModule(new Jdk8Module())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    // A newer peer may send more. What is missing the constructors refuse.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxDocumentLength(MAX_OCTETS)
                                .maxNestingDepth(32)
                                .build());
    }

    private WireJson() {}

    /** Encodes a record of this package as UTF-8 JSON. */
    public static byte[] encode(Record value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "a %s cannot be written as JSON".formatted(value.getClass().getSimpleName()),
                    e);
        }
    }

    /**
     * Decodes a record of this package, or one of a sealed interface's.
     *
     * @throws MalformedWireException if the octets are no JSON, too many, or not a valid record of
     *     this type
     */
    public static <T> T decode(byte[] json, Class<T> type) throws MalformedWireException {
        T value;
        try {
            value = MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new MalformedWireException(
                    "expected a %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new MalformedWireException("expected a %s".formatted(type.getSimpleName()), e);
        }
        if (value == null) {
            throw new MalformedWireException(
                    "expected a %s, got null".formatted(type.getSimpleName()), null);
        }
        return value;
    }
}
