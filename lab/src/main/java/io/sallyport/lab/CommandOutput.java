package io.sallyport.lab;

/**
 * What a command on a test host printed (standard output and standard error apart) and its exit
 * status.
 */
public record CommandOutput(int status, String out, String err) {
    public boolean succeeded() {
        return status == 0;
    }

    /** Both streams for a message, cut to its last 4,000 characters. */
    String forMessage() {
        String all = (out + err).strip();
        return all.length() <= 4000 ? all : "…" + all.substring(all.length() - 4000);
    }
}
