package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.DesiredState;

/** Is told by the loop, on its thread, around each pass. */
public interface PassListener {
    /** This state is to be reached from now on; the same may be told again. */
    void wanted(DesiredState desired);

    /** A pass came to its end. */
    void done(Pass pass);
}
