package io.sallyport.vici;

/**
 * This charon has no such event: it is older than the event, or the plugin behind it is not loaded.
 */
public final class ViciUnknownEventException extends ViciException {
    private final String event;

    ViciUnknownEventException(String event) {
        super("charon does not know the event " + event);
        this.event = event;
    }

    /** The event that charon does not know. */
    public String event() {
        return event;
    }
}
