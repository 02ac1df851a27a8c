package io.sallyport.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.cstp.SessionCookie;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.SessionId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

class SessionCookiesTest {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final SessionId SESSION = new SessionId("000102030405060708090a0b0c0d0e0f");

    private final SessionCookies cookies = new SessionCookies(new byte[32]);

    @TempDir Path directory;

    @Test
    void aCookieOpensItsSession() {
        assertThat(cookies.sessionOf(cookies.cookieOf(SESSION))).contains(SESSION);
    }

    @Test
    void allCookiesHaveOneLength() {
        Set<Integer> lengths = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            lengths.add(cookies.cookieOf(new SessionId("%032x".formatted(i))).text().length());
        }
        assertThat(lengths).containsExactly(66);
    }

    @Test
    void aCookieAlteredInAnyCharacterOpensNothing() {
        String text = cookies.cookieOf(SESSION).text();
        for (int i = 0; i < text.length(); i++) {
            for (int j = 0; j < ALPHABET.length(); j++) {
                char other = ALPHABET.charAt(j);
                if (other != text.charAt(i)) {
                    String altered = text.substring(0, i) + other + text.substring(i + 1);
                    assertThat(cookies.sessionOf(new SessionCookie(altered)))
                            .as("character %d", i)
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aCookieOfAnotherLengthOpensNothing() {
        String text = cookies.cookieOf(SESSION).text();
        assertThat(cookies.sessionOf(new SessionCookie(text.substring(1)))).isEmpty();
        assertThat(cookies.sessionOf(new SessionCookie(text + "A"))).isEmpty();
        assertThat(cookies.sessionOf(new SessionCookie("A"))).isEmpty();
    }

    @Test
    void aCookieOfAnotherGatewayOpensNothing() {
        byte[] key = new byte[32];
        key[31] = 1;
        assertThat(cookies.sessionOf(new SessionCookies(key).cookieOf(SESSION))).isEmpty();
    }

    @Test
    void theKeyOutlivesTheProcessAndIsTheOwnersAlone() throws IOException {
        SessionCookie before;
        try (StateDirectory state = StateDirectory.open(directory)) {
            before = opened(state).cookieOf(SESSION);
        }
        try (StateDirectory state = StateDirectory.open(directory)) {
            assertThat(opened(state).sessionOf(before)).contains(SESSION);
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("cookie.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void theKeyIsNotInTheStateDirectoryInClear() throws IOException {
        byte[] key = new byte[32];
        key[5] = 7;
        Files.write(directory.resolve("cookie.key"), key);
        SessionCookie ofTheFormerVersion = new SessionCookies(key).cookieOf(SESSION);

        try (StateDirectory state = StateDirectory.open(directory)) {
            assertThat(opened(state).sessionOf(ofTheFormerVersion)).contains(SESSION);
        }

        // With 12 octets of nonce and 16 of tag.
        assertThat(Files.readAllBytes(directory.resolve("cookie.key"))).hasSize(12 + 32 + 16);
        try (StateDirectory state = StateDirectory.open(directory)) {
            assertThat(opened(state).sessionOf(ofTheFormerVersion)).contains(SESSION);
        }
    }

    @Test
    void anotherNodesSealDoesNotOpenTheKey() throws IOException {
        try (StateDirectory state = StateDirectory.open(directory)) {
            opened(state);
            KeySeal other = KeySeal.at(directory.resolve("other.key"));
            other.seal(new byte[1]);
            assertThatThrownBy(() -> SessionCookies.open(state, other, new SecureRandom()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("other.key does not open the keys of this node");
        }
    }

    @Test
    void aDamagedKeyIsNotReplacedSilently() throws IOException {
        Files.write(directory.resolve("cookie.key"), new byte[31]);
        try (StateDirectory state = StateDirectory.open(directory)) {
            KeySeal.at(directory.resolve("node.key")).seal(new byte[1]);
            assertThatThrownBy(() -> opened(state))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cookie.key cannot be used")
                    .hasMessageContaining("damaged");
        }
    }

    private SessionCookies opened(StateDirectory state) throws IOException {
        return SessionCookies.open(
                state, KeySeal.at(directory.resolve("node.key")), new SecureRandom());
    }
}
