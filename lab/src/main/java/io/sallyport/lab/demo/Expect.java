package io.sallyport.lab.demo;

import io.sallyport.lab.LabException;

/** The demo's assertions: a step is verified or the demo fails. */
final class Expect {
    private Expect() {}

    static void that(boolean holds, String what, Object seen) {
        if (!holds) {
            throw new LabException("expected that " + what + "; seen: " + seen);
        }
    }
}
