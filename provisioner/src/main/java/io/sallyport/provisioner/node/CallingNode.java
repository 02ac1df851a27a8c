package io.sallyport.provisioner.node;

import java.util.UUID;

/** The node that calls. Controllers of the internal API take it as an argument. */
public record CallingNode(UUID id) {}
