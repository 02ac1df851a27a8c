package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.FileCustody;
import io.sallyport.pki.authority.RootCustody;
import io.sallyport.pki.authority.TokenCustody;
import io.sallyport.pki.key.Passphrase;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** Where the operator of a ceremony says that the root's key is. */
final class RootLocation {
    private final Optional<Path> directory;
    private final Optional<Path> token;
    private final Optional<Long> slot;
    private final Optional<Path> secretFile;

    /** Takes its options out of the others. */
    RootLocation(CeremonyOptions options) {
        this.directory = options.optional("--root").map(Path::of);
        this.token = options.optional("--token").map(Path::of);
        this.slot = options.number("--slot");
        this.secretFile = options.optional("--secret-file").map(Path::of);
        if (directory.isPresent() == token.isPresent() || token.isPresent() != slot.isPresent()) {
            throw new CeremonyOptions.UsageException("expected --root, or --token and --slot");
        }
    }

    /** The passphrase or the PIN; asks for it, unless a file has it. The caller closes it. */
    Passphrase secret() throws IOException {
        if (secretFile.isPresent()) {
            return Custody.read(secretFile.get());
        }
        Console console = System.console();
        char[] typed =
                console.isTerminal()
                        ? console.readPassword(
                                token.isPresent() ? "PIN: " : "passphrase of the root's key: ")
                        : null;
        if (typed == null || typed.length == 0) {
            throw new IOException("expected --secret-file, or a terminal to ask at");
        }
        return Passphrase.of(typed);
    }

    RootCustody custody(Passphrase secret, SecureRandom random) throws IOException {
        return directory.isPresent()
                ? new FileCustody(directory.get(), secret, random)
                : new TokenCustody(token.orElseThrow(), slot.orElseThrow(), secret);
    }
}
