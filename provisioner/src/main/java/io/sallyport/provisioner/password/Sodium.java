package io.sallyport.provisioner.password;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Argon2id by the system's libsodium, three times as quick as in Java. The work is done in the
 * calling thread and holds its carrier, were it a virtual one.
 */
final class Sodium {
    // Its interface since version 1.0.13 of 2017; 26 is that of 1.0.19 and later.
    private static final String[] NAMES = {"libsodium.so.26", "libsodium.so.23"};

    // crypto_pwhash.h: crypto_pwhash_ALG_ARGON2ID13, _SALTBYTES, _BYTES_MIN.
    private static final int ARGON2ID13 = 2;
    private static final int SALT_OCTETS = 16;
    private static final int LEAST_OCTETS = 16;

    private static final Optional<Sodium> INSTALLED = find();

    private final MethodHandle pwhash;

    private Sodium(MethodHandle pwhash) {
        this.pwhash = pwhash;
    }

    /** The library of this machine, if it has it. */
    static Optional<Sodium> installed() {
        return INSTALLED;
    }

    @SuppressWarnings("restricted") // what Enable-Native-Access in the manifest is for
    private static Optional<Sodium> find() {
        for (String name : NAMES) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                Linker linker = Linker.nativeLinker();
                MethodHandle initialize =
                        linker.downcallHandle(
                                library.findOrThrow("sodium_init"),
                                FunctionDescriptor.of(JAVA_INT));
                if ((int) initialize.invokeExact() < 0) {
                    continue;
                }
                return Optional.of(
                        new Sodium(
                                linker.downcallHandle(
                                        library.findOrThrow("crypto_pwhash"),
                                        FunctionDescriptor.of(
                                                JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
                                                ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT))));
            } catch (IllegalArgumentException | java.util.NoSuchElementException _) {
                // Not on this machine, or not what we know by that name.
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
        return Optional.empty();
    }

    /**
     * Hashes.
     *
     * @param password in UTF-8
     * @param hash is filled
     * @return false if it cannot, with these parameters or for want of memory
     */
    boolean argon2id(
            byte[] password, byte[] salt, int memoryKib, int iterations, int lanes, byte[] hash) {
        if (lanes != 1 || salt.length != SALT_OCTETS || hash.length < LEAST_OCTETS) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, password);
            MemorySegment out = arena.allocate(hash.length);
            try {
                int status =
                        (int)
                                pwhash.invokeExact(
                                        out,
                                        (long) hash.length,
                                        in,
                                        (long) password.length,
                                        arena.allocateFrom(ValueLayout.JAVA_BYTE, salt),
                                        (long) iterations,
                                        memoryKib * 1024L,
                                        ARGON2ID13);
                MemorySegment.copy(out, ValueLayout.JAVA_BYTE, 0, hash, 0, hash.length);
                return status == 0;
            } finally {
                in.fill((byte) 0);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
