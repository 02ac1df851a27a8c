package io.sallyport.provisioner.login;

import io.sallyport.provisioner.seal.Seal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * What was proved so far in a login that was answered by a challenge: the password of this
 * teleworker. Sealed it travels to the client and back, so that no table of half logins is needed.
 * It is bound to customer, group and source address, and dies with its time and with every change
 * of the teleworker's credentials.
 */
record Continuation(UUID teleworker, int credentialsVersion, Instant notAfter) {
    private static final byte VERSION = 1;
    private static final int OCTETS = 1 + 2 * Long.BYTES + Integer.BYTES + Long.BYTES;

    /** Where a continuation may be used. */
    record Scope(UUID customer, String group, String source) {
        private byte[] context() {
            // Nothing but the last can contain a line feed.
            return "%s%n%s%n%s".formatted(customer, source, group).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The text that goes to the client. */
    String sealed(Seal seal, Scope scope) {
        byte[] clear =
                ByteBuffer.allocate(OCTETS)
                        .put(VERSION)
                        .putLong(teleworker.getMostSignificantBits())
                        .putLong(teleworker.getLeastSignificantBits())
                        .putInt(credentialsVersion)
                        .putLong(notAfter.getEpochSecond())
                        .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(seal.seal(scope.context(), clear));
    }

    /** What a client sent back; empty if it was altered, is of elsewhere, or its time is over. */
    static Optional<Continuation> open(String text, Seal seal, Scope scope, Instant now) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        return seal.open(scope.context(), sealed)
                .flatMap(Continuation::read)
                .filter(continuation -> !now.isAfter(continuation.notAfter()));
    }

    private static Optional<Continuation> read(byte[] clear) {
        try {
            ByteBuffer in = ByteBuffer.wrap(clear);
            if (in.get() != VERSION) {
                return Optional.empty();
            }
            return Optional.of(
                    new Continuation(
                            new UUID(in.getLong(), in.getLong()),
                            in.getInt(),
                            Instant.ofEpochSecond(in.getLong())));
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }
}
