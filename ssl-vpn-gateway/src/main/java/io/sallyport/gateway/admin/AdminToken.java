package io.sallyport.gateway.admin;

import io.sallyport.node.storage.StateDirectory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The secret that an operator shows; who can read the state directory has it. */
public final class AdminToken {
    private static final String FILE = "admin.token";
    private static final int OCTETS = 32;

    private final byte[] header;

    private AdminToken(String token) {
        header = ("Bearer " + token).getBytes(StandardCharsets.US_ASCII);
    }

    /** The token of the state directory, or a new one that is stored before this returns. */
    public static AdminToken open(StateDirectory state, SecureRandom random) throws IOException {
        Optional<byte[]> stored = state.read(FILE);
        if (stored.isPresent()) {
            return new AdminToken(new String(stored.get(), StandardCharsets.US_ASCII).strip());
        }
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        String token = HexFormat.of().formatHex(octets);
        state.store(FILE, (token + "\n").getBytes(StandardCharsets.US_ASCII));
        return new AdminToken(token);
    }

    /** Whether the value of an Authorization header is this token; the same time for any. */
    boolean isShownBy(String authorization) {
        return authorization != null
                && MessageDigest.isEqual(
                        header, authorization.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return "AdminToken[]";
    }
}
