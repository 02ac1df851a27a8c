package io.sallyport.provisioner.concentrator;

/**
 * Text from elsewhere, made fit to be stored and shown: bounded, and without control characters.
 */
public final class PlainText {
    private static final int LENGTH_AT_MOST = 500;

    private PlainText() {}

    /**
     * The text, as much of it as may be kept. PostgreSQL stores no NUL: a report that contained one
     * could never be taken.
     */
    public static String of(String text) {
        String bounded = text.length() > LENGTH_AT_MOST ? text.substring(0, LENGTH_AT_MOST) : text;
        return bounded.replaceAll("[\\p{Cntrl}\\p{Cs}]+", " ");
    }
}
