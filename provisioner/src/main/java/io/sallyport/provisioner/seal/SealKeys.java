package io.sallyport.provisioner.seal;

import io.sallyport.pki.key.EncryptedSecret;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.provisioner.configuration.PrivateFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of seals: each in a file of the data directory, encrypted under the password that opens
 * the authorities (docs/adr/0098). Thread-safe.
 */
public final class SealKeys {
    private static final int KEY_OCTETS = 32;

    /** What is sealed with a key. */
    public enum Use {
        /** Keys of branches while they wait to be handed out. */
        BRANCH_KEYS("branch-key.seal"),
        /** What belongs to teleworkers. */
        TELEWORKERS("teleworker.seal");

        private final String file;

        Use(String file) {
            this.file = file;
        }

        /** Name of its file in the data directory. */
        public String file() {
            return file;
        }
    }

    private final Path data;
    private final SecureRandom random;
    private final Map<Use, SecretKey> keys = new EnumMap<>(Use.class);

    /** Of keys that were made just now: what is to be in their files. */
    private final Map<Use, String> unwritten = new EnumMap<>(Use.class);

    private SealKeys(Path data, SecureRandom random) {
        this.data = data;
        this.random = random;
    }

    /**
     * Reads the keys. One that an earlier version left in clear is encrypted: its file is replaced
     * whole, and only by what was proved to open. Where there is none one is made, and written when
     * it is first used. Blocks on the disk, and for a key derivation that authorities which were
     * opened with the same passphrase have not cost yet.
     *
     * @throws IOException if a file is damaged or not opened by the passphrase; nothing changes
     */
    public static SealKeys open(Path data, Passphrase passphrase, SecureRandom random)
            throws IOException {
        var opened = new SealKeys(data, random);
        for (Use use : Use.values()) {
            opened.read(use, passphrase);
        }
        return opened;
    }

    private void read(Use use, Passphrase passphrase) throws IOException {
        Path file = data.resolve(use.file());
        byte[] key;
        if (!Files.exists(file)) {
            key = new byte[KEY_OCTETS];
            random.nextBytes(key);
            unwritten.put(use, EncryptedSecret.encrypt(key, passphrase, random));
        } else {
            String text = Files.readString(file);
            if (EncryptedSecret.isIn(text)) {
                key = decrypted(file, text, passphrase);
            } else {
                key = inClear(file, text);
                String encrypted = EncryptedSecret.encrypt(key, passphrase, random);
                if (!Arrays.equals(decrypted(file, encrypted, passphrase), key)) {
                    throw new IOException("%s cannot be encrypted".formatted(file));
                }
                PrivateFile.write(file, encrypted);
            }
        }
        if (key.length != KEY_OCTETS) {
            throw new IOException("%s: expected %d octets".formatted(file, KEY_OCTETS));
        }
        keys.put(use, new SecretKeySpec(key, "AES"));
        Arrays.fill(key, (byte) 0);
    }

    private static byte[] decrypted(Path file, String text, Passphrase passphrase)
            throws IOException {
        try {
            return EncryptedSecret.decrypt(text, passphrase);
        } catch (IOException e) {
            throw new IOException(file + " is damaged", e);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the password of the authorities does not open %s: restore the one that does, or the file"
                            .formatted(file),
                    e);
        }
    }

    private static byte[] inClear(Path file, String text) throws IOException {
        try {
            byte[] key = HexFormat.of().parseHex(text.strip());
            if (key.length == KEY_OCTETS) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged", e);
        }
        throw new IOException("%s: expected %d octets".formatted(file, KEY_OCTETS));
    }

    /**
     * The seal for this use. Blocks on the disk the first time that there is one.
     *
     * @param kept whether there is anything that was sealed before
     * @throws IOException if the file was missing though something was sealed with it: a new key
     *     would open none of that, and nobody would notice until it is needed
     */
    public synchronized Seal seal(Use use, boolean kept) throws IOException {
        String text = unwritten.get(use);
        if (text != null) {
            if (kept) {
                throw new IOException(
                        "%s is missing, and the database has keys that only it opens: restore it"
                                .formatted(data.resolve(use.file())));
            }
            PrivateFile.write(data.resolve(use.file()), text);
            unwritten.remove(use);
        }
        return Seal.of(keys.get(use), random);
    }

    /** Where the key is, for messages. */
    public Path file(Use use) {
        return data.resolve(use.file());
    }

    @Override
    public String toString() {
        return "SealKeys[hidden]";
    }
}
