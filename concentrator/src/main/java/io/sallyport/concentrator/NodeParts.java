package io.sallyport.concentrator;

import io.sallyport.concentrator.reconcile.NodeCredentials;
import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.concentrator.reconcile.PassListener;
import io.sallyport.concentrator.renewal.IkeKeys;
import io.sallyport.node.renewal.Renewer;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.Enrolment;

import java.util.Objects;

/**
 * Ties the loop that loads the node's keys to the job that renews them: each needs the other. Set
 * once, before the jobs start.
 */
final class NodeParts implements PassListener {
    private IkeKeys keys;
    private Renewer<Enrolment.Answer> renewer;
    private long seen;

    void are(IkeKeys ikeKeys, Renewer<Enrolment.Answer> renewing) {
        keys = Objects.requireNonNull(ikeKeys);
        renewer = Objects.requireNonNull(renewing);
    }

    NodeCredentials keys() {
        return keys.wanted();
    }

    @Override
    public void wanted(DesiredState desired) {}

    /** A pass that did something may have brought keys into force. */
    @Override
    public void done(Pass pass) {
        if (pass.actions() > 0 || pass.version() != seen) {
            seen = pass.version();
            renewer.wake();
        }
    }
}
