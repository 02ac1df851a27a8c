package io.sallyport.provisioner.tunnel;

import io.micronaut.context.annotation.Context;
import io.sallyport.provisioner.seal.Seal;
import io.sallyport.provisioner.seal.SealKeys;

import jakarta.inject.Inject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Seals keys of branches while they wait to be handed out, bound to the tunnel. Thread-safe. */
@Context
class KeySeal {
    private static final SealKeys.Use USE = SealKeys.Use.BRANCH_KEYS;

    private final Seal seal;

    @Inject
    KeySeal(SealKeys keys, KeptKeys kept) throws IOException {
        this(keys, kept::any);
    }

    /**
     * With the key from its file, which is made at the first start.
     *
     * @param kept a key that was sealed before, if there is one
     * @throws IOException if the file is missing though something was sealed with it, or another
     *     than that was sealed with: it would open none of that, and nobody would notice until a
     *     key is fetched
     */
    KeySeal(SealKeys keys, Supplier<Optional<KeptKeys.Sealed>> kept) throws IOException {
        Optional<KeptKeys.Sealed> waiting = kept.get();
        this.seal = keys.seal(USE, waiting.isPresent());
        if (waiting.isPresent()) {
            seal.requireOpens(
                    context(waiting.get().tunnel()), waiting.get().octets(), keys.file(USE));
        }
    }

    /** Seals the octets for this tunnel. */
    byte[] seal(UUID tunnel, byte[] clear) {
        return seal.seal(context(tunnel), clear);
    }

    /**
     * Opens what was sealed for this tunnel.
     *
     * @throws IllegalStateException if it was sealed for another, with another key, or altered
     */
    byte[] open(UUID tunnel, byte[] sealed) {
        return seal.open(context(tunnel), sealed)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "the sealed key of tunnel %s cannot be used with %s"
                                                .formatted(tunnel, USE.file())));
    }

    private static byte[] context(UUID tunnel) {
        return ByteBuffer.allocate(Long.BYTES * 2)
                .putLong(tunnel.getMostSignificantBits())
                .putLong(tunnel.getLeastSignificantBits())
                .array();
    }
}
