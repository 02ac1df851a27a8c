package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.FileCustody;
import io.sallyport.pki.authority.RootCustody;
import io.sallyport.pki.authority.TokenCustody;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.key.Token;

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

    private final String prompt;

    /** Takes its options out of the others. */
    RootLocation(CeremonyOptions options) {
        this(options, "--", "");
    }

    private RootLocation(CeremonyOptions options, String prefix, String prompt) {
        this.directory = options.optional(prefix + "root").map(Path::of);
        this.token = options.optional(prefix + "token").map(Path::of);
        this.slot = options.number(prefix + "slot");
        this.secretFile = options.optional(prefix + "secret-file").map(Path::of);
        this.prompt = prompt;
        if (directory.isPresent() == token.isPresent() || token.isPresent() != slot.isPresent()) {
            throw new CeremonyOptions.UsageException(
                    "expected %1$sroot, or %1$stoken and %1$sslot".formatted(prefix));
        }
    }

    /** Where the root is to be that follows. */
    static RootLocation ofNext(CeremonyOptions options) {
        return new RootLocation(options, "--next-", "next root's ");
    }

    /** The passphrase or the PIN; asks for it, unless a file has it. The caller closes it. */
    Passphrase secret() throws IOException {
        if (secretFile.isPresent()) {
            return AuthorityPassword.read(secretFile.get());
        }
        Console console = System.console();
        char[] typed =
                console.isTerminal()
                        ? console.readPassword(
                                "%s%s",
                                prompt,
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
                : new TokenCustody(new Token(token.orElseThrow(), slot.orElseThrow(), secret));
    }
}
