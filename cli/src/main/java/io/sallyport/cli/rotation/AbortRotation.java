package io.sallyport.cli.rotation;

import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport rotate abort}. */
@Command(
        name = "abort",
        description = "Ends a rotation early; every tunnel stays up.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport rotate abort ROTATION")
public final class AbortRotation implements Runnable {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "ROTATION", description = "Id of the rotation.")
    private String id;

    public AbortRotation(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Rotations rotations = new Rotations(invocation);
        rotations.show(rotations.abort(id));
    }
}
