package io.sallyport.node.enrolment;

import java.io.IOException;

/** The node cannot become a member, and asking again would not change that. */
public final class EnrolmentRefusedException extends IOException {
    EnrolmentRefusedException(String message) {
        super(message);
    }
}
