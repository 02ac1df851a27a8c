package io.sallyport.gateway.login;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the part of XML 1.0 (fifth edition) that clients write: UTF-8, an optional declaration, one
 * tree of elements with attributes and text, the five predefined entities and character references.
 * There is no document type, so there are no entities to expand and nothing to fetch; comments,
 * processing instructions, CDATA sections and names with colons are refused as well. Every document
 * that is read here means the same to any other parser (ADR 44).
 */
final class XmlParser {
    static final int MAX_DEPTH = 8;
    static final int MAX_ELEMENTS = 128;
    static final int MAX_ATTRIBUTES = 8;
    static final int MAX_NAME = 64;

    // The quotes and the order are those of section 2.8.
    private static final Pattern DECLARATION =
            Pattern.compile(
                    "<\\?xml\\s+version\\s*=\\s*([\"'])1\\.0\\1"
                            + "(\\s+encoding\\s*=\\s*([\"'])(?i:utf-8)\\3)?"
                            + "(\\s+standalone\\s*=\\s*([\"'])(yes|no)\\5)?\\s*\\?>");

    private final String document;
    private int position;
    private int elements;

    private XmlParser(String document) {
        this.document = document;
    }

    /**
     * Reads a whole document.
     *
     * @throws MalformedDocument if it is not of the form above, or over a limit
     */
    static XmlElement parse(ByteBuffer octets) throws MalformedDocument {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedDocument("expected UTF-8", e);
        }
        if (!text.codePoints().allMatch(XmlParser::isChar)) {
            throw new MalformedDocument("a character that XML does not have");
        }
        // Section 2.11: one kind of line end, before anything else is looked at.
        return new XmlParser(text.replace("\r\n", "\n").replace('\r', '\n')).document();
    }

    private XmlElement document() throws MalformedDocument {
        if (document.startsWith("<?")) {
            var declaration = DECLARATION.matcher(document);
            if (!declaration.lookingAt()) {
                throw malformed("an XML declaration of version 1.0 in UTF-8");
            }
            position = declaration.end();
        }
        skipSpace();
        expect('<');
        XmlElement root = element(1);
        skipSpace();
        if (position != document.length()) {
            throw malformed("the end of the document");
        }
        return root;
    }

    /** The rest of an element whose "<" was read. */
    private XmlElement element(int depth) throws MalformedDocument {
        if (depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) {
            throw malformed("fewer elements");
        }
        String name = name();
        Map<String, String> attributes = attributes();
        if (skip('/')) {
            expect('>');
            return new XmlElement(name, attributes, "", List.of());
        }
        expect('>');
        StringBuilder text = new StringBuilder();
        List<XmlElement> children = new ArrayList<>();
        while (true) {
            text(text);
            expect('<');
            if (skip('/')) {
                if (!name().equals(name)) {
                    throw malformed("the end of the element that was begun last");
                }
                skipSpace();
                expect('>');
                return new XmlElement(name, attributes, text.toString(), children);
            }
            children.add(element(depth + 1));
        }
    }

    private Map<String, String> attributes() throws MalformedDocument {
        Map<String, String> attributes = new HashMap<>();
        while (true) {
            boolean space = skipSpace();
            if (at('/') || at('>')) {
                return attributes;
            }
            if (!space) {
                throw malformed("a space");
            }
            String name = name();
            skipSpace();
            expect('=');
            skipSpace();
            String value = attributeValue();
            if (attributes.put(name, value) != null || attributes.size() > MAX_ATTRIBUTES) {
                throw malformed("fewer attributes, each once");
            }
        }
    }

    private String attributeValue() throws MalformedDocument {
        char quote = next();
        if (quote != '"' && quote != '\'') {
            throw malformed("a quoted value");
        }
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = next();
            if (c == quote) {
                return value.toString();
            }
            switch (c) {
                case '<' -> throw malformed("no < in a value");
                case '&' -> reference(value);
                // Section 3.3.3: white space that stands there as such becomes a space.
                case '\n', '\t' -> value.append(' ');
                default -> value.append(c);
            }
        }
    }

    private void text(StringBuilder text) throws MalformedDocument {
        while (!at('<')) {
            char c = next();
            if (c == '&') {
                reference(text);
            } else if (c == ']' && document.startsWith("]>", position)) {
                throw malformed("no ]]> in text");
            } else {
                text.append(c);
            }
        }
    }

    /** The rest of a reference whose "&" was read. */
    private void reference(StringBuilder out) throws MalformedDocument {
        int semicolon = document.indexOf(';', position);
        // The longest is &#1114111; with leading zeros nobody writes.
        if (semicolon < 0 || semicolon - position > 10) {
            throw malformed("a reference");
        }
        String name = document.substring(position, semicolon);
        position = semicolon + 1;
        switch (name) {
            case "amp" -> out.append('&');
            case "lt" -> out.append('<');
            case "gt" -> out.append('>');
            case "quot" -> out.append('"');
            case "apos" -> out.append('\'');
            default -> out.appendCodePoint(characterReference(name));
        }
    }

    private int characterReference(String name) throws MalformedDocument {
        boolean hexadecimal = name.startsWith("#x");
        String digits = name.substring(Math.min(hexadecimal ? 2 : 1, name.length()));
        int radix = hexadecimal ? 16 : 10;
        boolean number =
                !digits.isEmpty()
                        && digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
        if (!name.startsWith("#") || !number) {
            throw malformed("an entity that XML predefines");
        }
        long value = Long.parseLong(digits, radix);
        if (value > Character.MAX_CODE_POINT || !isChar((int) value)) {
            throw malformed("a character that XML has");
        }
        return (int) value;
    }

    private String name() throws MalformedDocument {
        int start = position;
        while (position < document.length() && isNameChar(document.charAt(position))) {
            position++;
        }
        int length = position - start;
        if (length == 0 || length > MAX_NAME || !isNameStart(document.charAt(start))) {
            throw malformed("a name");
        }
        return document.substring(start, position);
    }

    private boolean skipSpace() {
        int start = position;
        while (position < document.length() && " \t\n".indexOf(document.charAt(position)) >= 0) {
            position++;
        }
        return position > start;
    }

    private boolean at(char c) {
        return position < document.length() && document.charAt(position) == c;
    }

    private boolean skip(char c) {
        if (at(c)) {
            position++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws MalformedDocument {
        if (!skip(c)) {
            throw malformed("'%c'".formatted(c));
        }
    }

    private char next() throws MalformedDocument {
        if (position == document.length()) {
            throw malformed("more");
        }
        return document.charAt(position++);
    }

    private MalformedDocument malformed(String expected) {
        return new MalformedDocument("expected %s at %d".formatted(expected, position));
    }

    /** Section 2.2. */
    private static boolean isChar(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd)
                || c >= 0x10000;
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isNameChar(char c) {
        return isNameStart(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
    }
}
