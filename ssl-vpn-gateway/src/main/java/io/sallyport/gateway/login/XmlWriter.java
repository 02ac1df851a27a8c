package io.sallyport.gateway.login;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes a document from names that we choose and texts that others may have chosen. No text can
 * become markup, and none can hold what a terminal obeys: clients print it as it is.
 */
final class XmlWriter {
    private final StringBuilder out =
            new StringBuilder(1_024).append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Begins an element.
     *
     * @param attributes names and values, in turn
     */
    XmlWriter begin(String name, String... attributes) {
        tag(name, attributes);
        out.append('>');
        open.push(name);
        return this;
    }

    XmlWriter end() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content. */
    XmlWriter empty(String name, String... attributes) {
        tag(name, attributes);
        out.append("/>");
        return this;
    }

    /** An element with nothing but this text. */
    XmlWriter text(String name, String text, String... attributes) {
        begin(name, attributes);
        escape(text);
        return end();
    }

    /** The document. */
    String document() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("the element %s is open".formatted(open.peek()));
        }
        return out + "\n";
    }

    private void tag(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    private void escape(String text) {
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '&' -> out.append("&amp;");
                                case '<' -> out.append("&lt;");
                                case '>' -> out.append("&gt;");
                                case '"' -> out.append("&quot;");
                                case '\'' -> out.append("&apos;");
                                // In an attribute, a line end that stands as such is a space.
                                case '\n' -> out.append("&#10;");
                                default -> out.appendCodePoint(isShown(c) ? c : '\ufffd');
                            }
                        });
    }

    /** Neither a control character nor one that XML lacks or that reorders what is around it. */
    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
