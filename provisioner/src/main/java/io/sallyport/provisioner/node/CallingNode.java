package io.sallyport.provisioner.node;

import java.util.UUID;

/**
 * The node that calls. Controllers of the internal API take it as an argument.
 *
 * @param certificate id of the client certificate that it shows
 */
public record CallingNode(UUID id, UUID certificate) {}
