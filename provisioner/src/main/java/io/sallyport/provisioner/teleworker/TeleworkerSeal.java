package io.sallyport.provisioner.teleworker;

import io.micronaut.context.annotation.Context;
import io.sallyport.provisioner.seal.Seal;
import io.sallyport.provisioner.seal.SealKeys;
import io.sallyport.provisioner.totp.Totp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Seals what belongs to teleworkers, under keys derived from one in a file of the data directory.
 * Replicas share the file. Thread-safe.
 */
@Context
public class TeleworkerSeal {
    private final Seal oneTimePasswords;
    private final Seal continuations;

    TeleworkerSeal(SealKeys keys, SealedSecrets kept) throws IOException {
        Optional<SealedSecrets.Sealed> any = kept.any();
        Seal seal = keys.seal(SealKeys.Use.TELEWORKERS, any.isPresent());
        this.oneTimePasswords = seal.derived("teleworker totp");
        this.continuations = seal.derived("teleworker continuation");
        if (any.isPresent()) {
            oneTimePasswords.requireOpens(
                    context(any.get().teleworker()),
                    any.get().octets(),
                    keys.file(SealKeys.Use.TELEWORKERS));
        }
    }

    /** For continuations of logins. */
    public Seal continuations() {
        return continuations;
    }

    byte[] seal(UUID teleworker, Totp totp) {
        return oneTimePasswords.seal(context(teleworker), totp.secret());
    }

    /**
     * The secret that was sealed for this teleworker.
     *
     * @throws IllegalStateException if it was sealed for another, or altered
     */
    public Totp open(UUID teleworker, byte[] sealed) {
        return oneTimePasswords
                .open(context(teleworker), sealed)
                .map(Totp::of)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "the sealed secret of teleworker %s cannot be opened"
                                                .formatted(teleworker)));
    }

    private static byte[] context(UUID teleworker) {
        return teleworker.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
