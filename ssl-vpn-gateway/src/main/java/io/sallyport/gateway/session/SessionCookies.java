package io.sallyport.gateway.session;

import io.sallyport.gateway.cstp.SessionCookie;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.SessionId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the values of the cookie {@code webvpn}: a version octet, the 16 octets of the
 * session's id, and HMAC-SHA256 (RFC 2104) over both, in base64url without padding. All have one
 * length, and each session has one. Thread-safe.
 */
public final class SessionCookies {
    private static final byte VERSION = 1;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_OCTETS = 32;
    private static final int SIGNED_OCTETS = 1 + SessionId.OCTETS;
    private static final int OCTETS = SIGNED_OCTETS + MAC_OCTETS;
    private static final int CHARACTERS = (OCTETS * 4 + 2) / 3;
    private static final int KEY_OCTETS = 32;
    private static final String KEY_FILE = "cookie.key";

    private final SecretKeySpec key;

    /**
     * @param key 32 random octets
     */
    SessionCookies(byte[] key) {
        if (key.length != KEY_OCTETS) {
            throw new IllegalArgumentException("expected a cookie key of 32 octets");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * With the key of the state directory, or a new one that is stored before this returns: sealed,
     * because with a copy of it anybody makes the cookie of a session whose id is in the same
     * directory. One that an earlier version left in clear is sealed.
     *
     * @throws IOException if it cannot be read, opened or written, or is damaged
     */
    public static SessionCookies open(StateDirectory state, KeySeal seal, SecureRandom random)
            throws IOException {
        Optional<byte[]> stored = state.read(KEY_FILE);
        if (stored.isPresent() && stored.get().length != KEY_OCTETS) {
            return new SessionCookies(opened(stored.get(), seal));
        }
        byte[] key = stored.orElseGet(() -> made(random));
        state.store(KEY_FILE, seal.seal(key));
        return new SessionCookies(key);
    }

    private static byte[] opened(byte[] sealed, KeySeal seal) throws IOException {
        try {
            return seal.open(sealed);
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be used: %s; or remove it, and all cookies end"
                            .formatted(KEY_FILE, e.getMessage()),
                    e);
        }
    }

    private static byte[] made(SecureRandom random) {
        byte[] key = new byte[KEY_OCTETS];
        random.nextBytes(key);
        return key;
    }

    /** The cookie that opens this session. */
    public SessionCookie cookieOf(SessionId session) {
        byte[] signed =
                ByteBuffer.allocate(SIGNED_OCTETS).put(VERSION).put(session.toOctets()).array();
        byte[] whole = ByteBuffer.allocate(OCTETS).put(signed).put(mac(signed)).array();
        return new SessionCookie(Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
    }

    /** The session that a cookie opens, if it was made here. Takes the same time for any octets. */
    public Optional<SessionId> sessionOf(SessionCookie cookie) {
        if (cookie.text().length() != CHARACTERS) {
            return Optional.empty();
        }
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(cookie.text());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(whole, SIGNED_OCTETS);
        byte[] shown = Arrays.copyOfRange(whole, SIGNED_OCTETS, whole.length);
        if (!MessageDigest.isEqual(mac(signed), shown) || signed[0] != VERSION) {
            return Optional.empty();
        }
        SessionId session = SessionId.of(Arrays.copyOfRange(signed, 1, SIGNED_OCTETS));
        // The last character has bits that no octet takes up: one cookie has one text.
        return Optional.of(session).filter(id -> cookieOf(id).equals(cookie));
    }

    private byte[] mac(byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
        }
    }
}
