package io.sallyport.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON object, as the API sends and takes them. Members that are not asked for are passed over: a
 * newer server may send more. Texts in it may hold anything, control characters too.
 */
public final class Document {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    // Nothing that a terminal obeys stands below U+0080 unescaped but U+007F.
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxDocumentLength(Api.MAX_OCTETS)
                                .maxNestingDepth(32)
                                .maxStringLength(Api.MAX_OCTETS)
                                .build());
    }

    private final ObjectNode object;

    private Document(ObjectNode object) {
        this.object = object;
    }

    /** One without members. */
    public static Document empty() {
        return new Document(MAPPER.createObjectNode());
    }

    /**
     * Reads an object.
     *
     * @throws MalformedAnswerException if the octets are anything else
     */
    public static Document parse(byte[] json) {
        try {
            return of(MAPPER.readTree(json));
        } catch (IOException e) {
            // The parser's message would repeat what it read.
            throw new MalformedAnswerException("expected a JSON document", e);
        }
    }

    private static Document of(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new Document(object);
        }
        throw new MalformedAnswerException("expected a JSON object", null);
    }

    /** Whether there is such a member, and it is not null. */
    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** A text that must be there. */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name));
    }

    /** A text, or a number or truth value as text; empty if it is absent or null. */
    public Optional<String> optionalText(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw new MalformedAnswerException(
                    "expected a text in the answer's '%s'".formatted(name), null);
        }
        return Optional.of(value.asText());
    }

    /** A time that must be there. */
    public Instant instant(String name) {
        return optionalInstant(name).orElseThrow(() -> missing(name));
    }

    /** A time; empty if it is absent or null. */
    public Optional<Instant> optionalInstant(String name) {
        return optionalText(name)
                .map(
                        text -> {
                            try {
                                return OffsetDateTime.parse(text).toInstant();
                            } catch (DateTimeException e) {
                                throw new MalformedAnswerException(
                                        "expected a time in the answer's '%s'".formatted(name), e);
                            }
                        });
    }

    /** A whole number; empty if it is absent or null. */
    public Optional<Long> optionalNumber(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.path(name).isIntegralNumber() || !object.path(name).canConvertToLong()) {
            throw new MalformedAnswerException(
                    "expected a whole number in the answer's '%s'".formatted(name), null);
        }
        return Optional.of(object.path(name).asLong());
    }

    /** An object that must be there. */
    public Document object(String name) {
        return optionalObject(name).orElseThrow(() -> missing(name));
    }

    /** An object; empty if it is absent or null. */
    public Optional<Document> optionalObject(String name) {
        return has(name) ? Optional.of(of(object.path(name))) : Optional.empty();
    }

    /** A list of objects that must be there. */
    public List<Document> list(String name) {
        if (!has(name)) {
            throw missing(name);
        }
        return optionalList(name);
    }

    /** A list of objects; without elements if it is absent or null. */
    public List<Document> optionalList(String name) {
        return elements(name).stream().map(Document::of).toList();
    }

    /** A list of texts; without elements if it is absent or null. */
    public List<String> texts(String name) {
        return elements(name).stream().map(JsonNode::asText).toList();
    }

    private List<JsonNode> elements(String name) {
        if (!has(name)) {
            return List.of();
        }
        if (!(object.path(name) instanceof ArrayNode array)) {
            throw new MalformedAnswerException(
                    "expected a list in the answer's '%s'".formatted(name), null);
        }
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    private static MalformedAnswerException missing(String name) {
        return new MalformedAnswerException("the answer lacks '%s'".formatted(name), null);
    }

    /** Puts a text in; returns this. */
    public Document put(String name, String value) {
        object.put(name, value);
        return this;
    }

    /** Puts a truth value in; returns this. */
    public Document put(String name, boolean value) {
        object.put(name, value);
        return this;
    }

    /** Puts a number in; returns this. */
    public Document put(String name, long value) {
        object.put(name, value);
        return this;
    }

    /** Puts a list of texts in; returns this. */
    public Document putTexts(String name, List<String> values) {
        ArrayNode array = object.putArray(name);
        values.forEach(array::add);
        return this;
    }

    /** Puts a list of objects in; returns this. */
    public Document putList(String name, List<Document> values) {
        ArrayNode array = object.putArray(name);
        values.forEach(value -> array.add(value.object));
        return this;
    }

    /** As octets, for a request or a file. */
    public byte[] encode() {
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** For people and programs: indented, and safe to be shown on a terminal. */
    public String pretty() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(object)
                    .replace("\u007f", "\\u007f");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** Says nothing of the content: it may be a secret. */
    @Override
    public String toString() {
        return "Document[%d members]".formatted(object.size());
    }
}
