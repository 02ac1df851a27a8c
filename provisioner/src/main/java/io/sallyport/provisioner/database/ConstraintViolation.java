package io.sallyport.provisioner.database;

import org.postgresql.util.PSQLException;

/** Reads which constraint refused a change; that is why constraints have names. */
public final class ConstraintViolation {
    private ConstraintViolation() {}

    /** Whether this failure is the refusal of that constraint. */
    public static boolean is(String constraint, Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof PSQLException e && e.getServerErrorMessage() != null) {
                return constraint.equals(e.getServerErrorMessage().getConstraint());
            }
        }
        return false;
    }
}
