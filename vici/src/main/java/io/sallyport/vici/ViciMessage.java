package io.sallyport.vici;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A message, or the content of one of its sections: an ordered tree of key/values, lists and
 * sections (VICI README, "Message format"). Immutable.
 *
 * <p>A name may occur once per section in what {@link Builder} makes. charon itself repeats keys at
 * times ({@code get-algorithms} with two plugins that implement the same), so a decoded message
 * keeps them all in {@link #elements}, and looking up finds the first. A key and a section may
 * share a name: charon names sections after connections.
 */
public final class ViciMessage {
    /**
     * What the 8-bit length field can say, in octets. Names are printable ASCII and may be empty.
     */
    public static final int MAX_NAME_LENGTH = 0xFF;

    /**
     * Sections within sections. The protocol has no limit; charon's own messages need five levels.
     */
    public static final int MAX_DEPTH = 32;

    /** The message without elements. */
    public static final ViciMessage EMPTY = new ViciMessage(List.of());

    /** Anything that stands in a message. */
    public sealed interface Element {
        /** The element's name, printable ASCII. */
        String name();
    }

    /** {@code name = value}. */
    public record KeyValue(String name, ViciValue value) implements Element {
        /** Checks the name. */
        public KeyValue {
            requireName(name);
        }
    }

    /** {@code name = [ items ]}. */
    public record ItemList(String name, List<ViciValue> items) implements Element {
        /** Checks the name and copies the items. */
        public ItemList {
            requireName(name);
            items = List.copyOf(items);
        }
    }

    /** {@code name { content }}. */
    public record Section(String name, ViciMessage content) implements Element {
        /** Checks the name. */
        public Section {
            requireName(name);
        }
    }

    /** What stands under a name, the first of each kind. */
    private record Index(
            Map<String, KeyValue> values,
            Map<String, ItemList> lists,
            Map<String, Section> sections) {

        private static Index of(List<Element> elements) {
            Index index = new Index(new HashMap<>(), new HashMap<>(), new HashMap<>());
            for (Element element : elements) {
                switch (element) {
                    case KeyValue keyValue -> index.values.putIfAbsent(element.name(), keyValue);
                    case ItemList list -> index.lists.putIfAbsent(element.name(), list);
                    case Section section -> index.sections.putIfAbsent(element.name(), section);
                }
            }
            return index;
        }
    }

    private final List<Element> elements;

    /**
     * Made when something is first looked up: it takes far more memory than the octets of a small
     * section, and 512 KB can be a hundred thousand of those. Two threads may both make it, and see
     * either whole, because a record's fields are final.
     */
    private Index index;

    private final int depth;
    private final long encodedLength;

    private ViciMessage(List<Element> elements) {
        this.elements = List.copyOf(elements);
        int deepest = 0;
        long length = 0;
        for (Element element : this.elements) {
            length += 2 + element.name().length();
            switch (element) {
                case KeyValue(_, var value) -> length += 2 + value.length();
                case ItemList list -> {
                    for (ViciValue item : list.items()) {
                        length += 3 + item.length();
                    }
                    length += 1;
                }
                case Section(_, var content) -> {
                    deepest = Math.max(deepest, 1 + content.depth);
                    length += content.encodedLength + 1;
                }
            }
        }
        if (deepest > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "sections nest %d deep, at most %d".formatted(deepest, MAX_DEPTH));
        }
        this.depth = deepest;
        this.encodedLength = length;
    }

    /** A message of these elements, which need not have different names. */
    static ViciMessage of(List<Element> elements) {
        return elements.isEmpty() ? EMPTY : new ViciMessage(elements);
    }

    /** Starts an empty message. */
    public static Builder builder() {
        return new Builder();
    }

    /** Every element, in the order of the wire. */
    public List<Element> elements() {
        return elements;
    }

    /** The value of a key, if there is that key. */
    public Optional<ViciValue> value(String key) {
        return Optional.ofNullable(index().values().get(key)).map(KeyValue::value);
    }

    /** The value of a key as text, if there is that key. */
    public Optional<String> text(String key) {
        return value(key).map(ViciValue::text);
    }

    /**
     * Whether the key has the value {@code yes}, charon's way to say true; an absent key is false.
     */
    public boolean isYes(String key) {
        return text(key).filter("yes"::equals).isPresent();
    }

    /** The items of a list; none if there is no such list. */
    public List<ViciValue> items(String list) {
        ItemList found = index().lists().get(list);
        return found == null ? List.of() : found.items();
    }

    /** The items of a list as text; none if there is no such list. */
    public List<String> texts(String list) {
        return items(list).stream().map(ViciValue::text).toList();
    }

    /** The content of a section, if there is that section. */
    public Optional<ViciMessage> section(String name) {
        return Optional.ofNullable(index().sections().get(name)).map(Section::content);
    }

    /** The sections at this level, in order. */
    public List<Section> sections() {
        List<Section> found = new ArrayList<>();
        for (Element element : elements) {
            if (element instanceof Section section) {
                found.add(section);
            }
        }
        return found;
    }

    private Index index() {
        Index made = index;
        if (made == null) {
            made = Index.of(elements);
            index = made;
        }
        return made;
    }

    /** The octets this message takes on the wire. */
    long encodedLength() {
        return encodedLength;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ViciMessage that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** The names and the lengths of the values, never a value: it may be a private key. */
    @Override
    public String toString() {
        return elements.toString();
    }

    static void requireName(String name) {
        if (name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "name of %d octets, VICI carries at most %d"
                            .formatted(name.length(), MAX_NAME_LENGTH));
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isPrintable(name.charAt(i))) {
                throw new IllegalArgumentException(
                        "name with the character U+%04X, VICI names are printable ASCII"
                                .formatted((int) name.charAt(i)));
            }
        }
    }

    /** charon refuses other names ({@code vici_stringify}). */
    static boolean isPrintable(int octet) {
        return octet >= 0x20 && octet <= 0x7E;
    }

    /**
     * Puts a message together, in the order of the calls. Not for use by several threads.
     *
     * <p>Each call throws {@link IllegalArgumentException} for a name that is used already in this
     * section, is too long or is not printable ASCII, and for a value longer than {@link
     * ViciValue#MAX_LENGTH}.
     */
    public static final class Builder {
        private final List<Element> elements = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder() {}

        /** Adds {@code key = text}. */
        public Builder put(String key, String text) {
            return add(new KeyValue(key, ViciValue.of(text)));
        }

        /** Adds {@code key = octets}. */
        public Builder put(String key, byte[] octets) {
            return add(new KeyValue(key, ViciValue.of(octets)));
        }

        /** Adds {@code key = number}, in decimal as charon wants it. */
        public Builder put(String key, long number) {
            return put(key, Long.toString(number));
        }

        /** Adds {@code key = yes} or {@code key = no}. */
        public Builder put(String key, boolean yes) {
            return put(key, yes ? "yes" : "no");
        }

        /** Adds {@code key = text} if there is a text. */
        public Builder put(String key, Optional<String> text) {
            text.ifPresent(present -> put(key, present));
            return this;
        }

        /** Adds {@code name = [ texts ]}, also if there is none. */
        public Builder list(String name, Collection<String> texts) {
            return add(new ItemList(name, texts.stream().map(ViciValue::of).toList()));
        }

        /** Adds {@code name = [ items ]} of octets, also if there is none. */
        public Builder octetsList(String name, Collection<byte[]> items) {
            return add(new ItemList(name, items.stream().map(ViciValue::of).toList()));
        }

        /** Adds {@code name { content }}. */
        public Builder section(String name, ViciMessage content) {
            return add(new Section(name, content));
        }

        /** Adds {@code name { ... }} with what {@code fill} puts into it. */
        public Builder section(String name, Consumer<Builder> fill) {
            Builder content = new Builder();
            fill.accept(content);
            return section(name, content.build());
        }

        /**
         * The message so far.
         *
         * @throws IllegalArgumentException if sections nest deeper than {@link #MAX_DEPTH}
         */
        public ViciMessage build() {
            return of(elements);
        }

        private Builder add(Element element) {
            if (!names.add(element.name())) {
                throw new IllegalArgumentException("second element named " + element.name());
            }
            elements.add(element);
            return this;
        }
    }
}
