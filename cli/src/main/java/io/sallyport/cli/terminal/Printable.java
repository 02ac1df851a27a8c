package io.sallyport.cli.terminal;

/**
 * Text that a terminal shows and does not obey. Control characters (C0, DEL, C1), characters that
 * are invisible or turn the direction of writing, line separators and lone surrogates are written
 * as {@code \}{@code u} and four hexadecimal digits.
 */
public final class Printable {
    private Printable() {}

    /** One line of text. */
    public static String line(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        point -> {
                            if (isPrintable(point)) {
                                safe.appendCodePoint(point);
                            } else {
                                for (char unit : Character.toChars(point)) {
                                    safe.append("\\u%04x".formatted((int) unit));
                                }
                            }
                        });
        return safe.toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
