package io.sallyport.concentrator.observe;

import io.sallyport.vici.IkeSa;

/**
 * Why an SA ended, as far as charon's events tell (strongSwan's ike_sa.c and ike_delete.c: the
 * state an IKE_SA is in when its end is announced).
 */
final class Downfall {
    private Downfall() {}

    static String of(IkeSa sa) {
        return switch (sa.state()) {
            // A DELETE came; one sent from here is known beforehand.
            case "DELETING" -> "the branch closed the connection";
            // Given up in the middle of an exchange of ours.
            case "ESTABLISHED", "REKEYING" ->
                    sa.tasksActive().isEmpty()
                            ? "the branch ended the SA, or connected anew"
                            : "DPD: the branch stopped answering";
            default -> "the IKE_SA ended in state " + sa.state();
        };
    }
}
