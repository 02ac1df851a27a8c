package io.sallyport.provisioner.authority;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.key.Token;
import io.sallyport.provisioner.configuration.CaPassword;
import io.sallyport.provisioner.configuration.PrivateFile;
import io.sallyport.provisioner.seal.Seal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * The password that opens the keys of the authorities, from where the settings say that it is
 * (docs/adr/0012). Thread-safe; blocks.
 */
final class AuthorityPassword {
    private static final String MADE = "password";
    private static final String SEALED = "password.sealed";

    /** Label of the token's key, and what is sealed with it. */
    private static final String LABEL = "sallyport-ca-password";

    private final CaPassword source;
    private final Path directory;
    private final SecureRandom random;
    private @Nullable Seal seal;

    /**
     * @param directory of the authorities
     */
    AuthorityPassword(CaPassword source, Path directory, SecureRandom random) {
        this.source = source;
        this.directory = directory;
        this.random = random;
    }

    /**
     * The password; the caller closes it.
     *
     * @throws IOException if it cannot be had; the message says from where it was expected
     */
    Passphrase open() throws IOException {
        return switch (source) {
            case CaPassword.Made _ -> made();
            case CaPassword.InFile(Path file) -> read(file);
            case CaPassword.Given(Passphrase password) -> copy(password);
            case CaPassword.InToken token -> sealed(token);
        };
    }

    /** A password or PIN in a file. */
    static Passphrase read(Path file) throws IOException {
        char[] characters = Files.readString(file, StandardCharsets.UTF_8).strip().toCharArray();
        if (characters.length == 0) {
            throw new IOException("%s: expected a password or PIN".formatted(file));
        }
        return Passphrase.of(characters);
    }

    private Passphrase made() throws IOException {
        Path file = directory.resolve(MADE);
        if (!Files.exists(file)) {
            try (Passphrase made = fresh(file)) {
                PrivateFile.write(file, new String(made.characters()));
            }
        }
        return read(file);
    }

    /** The settings keep theirs for the next time. */
    private static Passphrase copy(Passphrase password) {
        char[] characters = password.characters();
        try {
            return Passphrase.of(characters);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /**
     * What a key of the token opens. A password that was made before there was a token is sealed,
     * and its file removed once it is proved to open.
     */
    private synchronized Passphrase sealed(CaPassword.InToken token) throws IOException {
        Path file = directory.resolve(SEALED);
        Path before = directory.resolve(MADE);
        try {
            if (seal == null) {
                seal = seal(token);
            }
            if (!Files.exists(file)) {
                try (Passphrase password = Files.exists(before) ? read(before) : fresh(file)) {
                    PrivateFile.write(
                            file, HexFormat.of().formatHex(seal.seal(context(), octets(password))));
                }
            }
            Passphrase opened = opened(seal, file);
            Files.deleteIfExists(before);
            return opened;
        } catch (ProviderException e) {
            seal = null; // the token was taken away, or has forgotten us
            throw new IOException("the token does not open %s".formatted(file), e);
        }
    }

    private Seal seal(CaPassword.InToken source) throws IOException {
        try (Passphrase pin = read(source.pinFile())) {
            var token = new Token(source.library(), source.slot(), pin);
            return Seal.of(token, token.aesKey(LABEL), random);
        }
    }

    private static Passphrase opened(Seal seal, Path file) throws IOException {
        byte[] octets;
        try {
            octets = HexFormat.of().parseHex(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged", e);
        }
        byte[] clear =
                seal.open(context(), octets)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "the token's key \"%s\" does not open %s: it is another token, or the file is damaged"
                                                        .formatted(LABEL, file)));
        CharBuffer characters = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(clear));
        char[] copy = new char[characters.remaining()];
        characters.get(copy);
        Arrays.fill(clear, (byte) 0);
        Arrays.fill(characters.array(), '\0');
        try {
            return Passphrase.of(copy);
        } finally {
            Arrays.fill(copy, '\0');
        }
    }

    /**
     * A new one, for authorities that are still to be made.
     *
     * @param file where the one should have been that opens those that are there
     */
    private Passphrase fresh(Path file) throws IOException {
        PrivateFile.createDirectory(directory);
        try (Stream<Path> files = Files.walk(directory, 3)) {
            if (files.anyMatch(each -> each.endsWith("key.pem"))) {
                throw new IOException(
                        "%s is missing, and there are keys that only its password opens: restore it"
                                .formatted(file));
            }
        }
        return Passphrase.random(random);
    }

    private static byte[] octets(Passphrase password) {
        char[] characters = password.characters();
        try {
            return new String(characters).getBytes(StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private static byte[] context() {
        return LABEL.getBytes(StandardCharsets.US_ASCII);
    }
}
