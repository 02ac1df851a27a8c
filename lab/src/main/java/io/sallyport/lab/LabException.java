package io.sallyport.lab;

/**
 * The lab itself failed: a host that does not start, a command with an unexpected outcome, a
 * deadline that passed.
 */
public class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Restores the interrupt that a blocking call of the lab consumed. */
    public static LabException interrupted(String during, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LabException("interrupted: " + during, cause);
    }
}
