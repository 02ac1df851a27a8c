package io.sallyport.pki.profile;

/**
 * What strangers typed, fit for a message: short, on one line, and with nothing that a terminal
 * would act on.
 */
public final class Printable {

    private static final int LENGTH_AT_MOST = 80;

    private Printable() {}

    /**
     * The text in quotes; everything but printable ASCII is escaped, and the end is cut off when it
     * is long.
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder("\"");
        text.chars()
                .limit(LENGTH_AT_MOST)
                .forEach(
                        c -> {
                            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
                                printable.append("\\u%04x".formatted(c));
                            } else {
                                printable.append((char) c);
                            }
                        });
        return printable.append(text.length() > LENGTH_AT_MOST ? "...\"" : "\"").toString();
    }
}
