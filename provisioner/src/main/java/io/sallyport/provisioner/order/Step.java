package io.sallyport.provisioner.order;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Arrays;

/** The steps of an order, in the order in which they are done. */
enum Step {
    /** What was asked for is well formed and allowed. */
    VALIDATE("validate"),
    /** Concentrator, name and addresses are the tunnel's own. */
    ALLOCATE("allocate"),
    /** The branch has a certificate. */
    CREDENTIAL("credential"),
    /** The concentrator's desired state has the tunnel. */
    CONFIGURE("configure"),
    /** The concentrator's charon has the connection. */
    LOAD("load"),
    /** The branch can be brought up with its device configuration. */
    HAND_OVER("hand-over"),
    /** The branch dialled in and traffic passed. */
    GO_LIVE("go-live");

    private final String label;

    Step(String label) {
        this.label = label;
    }

    /** As the API and the database write it. */
    @JsonValue
    String label() {
        return label;
    }

    static Step labelled(String label) {
        return Arrays.stream(values())
                .filter(step -> step.label.equals(label))
                .findFirst()
                .orElseThrow();
    }
}
