package io.sallyport.provisioner.order;

import com.fasterxml.jackson.annotation.JsonProperty;

import java.util.Arrays;

/** The steps of an order, in the order in which they are done. */
enum Step {
    /** What was asked for is well formed and allowed. */
    @JsonProperty("validate")
    VALIDATE("validate"),
    /** Concentrator, name and addresses are the tunnel's own. */
    @JsonProperty("allocate")
    ALLOCATE("allocate"),
    /** The branch has a certificate. */
    @JsonProperty("credential")
    CREDENTIAL("credential"),
    /** The concentrator's desired state has the tunnel. */
    @JsonProperty("configure")
    CONFIGURE("configure"),
    /** The concentrator's charon has the connection. */
    @JsonProperty("load")
    LOAD("load"),
    /** The branch can be brought up with its device configuration. */
    @JsonProperty("hand-over")
    HAND_OVER("hand-over"),
    /** The branch dialled in and traffic passed. */
    @JsonProperty("go-live")
    GO_LIVE("go-live");

    private final String label;

    Step(String label) {
        this.label = label;
    }

    /** As the database writes it, and the API: its description reads the annotations alone. */
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
