package io.sallyport.cli.terminal;

import java.io.PrintWriter;

/**
 * Tells how far a long work is, line by line and never over a line that stands: a log can be made
 * of it too. Silent unless somebody watches.
 */
public final class Progress {
    private final PrintWriter writer;
    private final boolean shown;

    /**
     * @param shown false for silence
     */
    public Progress(PrintWriter writer, boolean shown) {
        this.writer = writer;
        this.shown = shown;
    }

    /** One more line. */
    public void say(String line) {
        if (shown) {
            writer.println(Printable.line(line));
            writer.flush();
        }
    }
}
