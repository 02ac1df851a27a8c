package io.sallyport.gateway.login;

/**
 * Where the login on one connection stands.
 *
 * <pre>
 *             Init, Page: form       Reply: form again, or a challenge
 *               ┌──────┐               ┌──────┐
 *               v      │               v      │
 *   ─────────> Asking ─┴───────────> Asking ──┴──── accepted ───> LoggedIn
 *                │                     │
 *                └──────── final refusal ───────────────────────> Over
 * </pre>
 *
 * <p>A reply may come on a connection that saw no form: a client with a certificate opens a new one
 * for each request, and a user who types slowly outlasts a connection.
 */
public sealed interface LoginExchange {

    /**
     * Waits for the client.
     *
     * @param refusals how often the form went back on this connection
     */
    record Asking(int refusals) implements LoginExchange {}

    /** The user is verified; there is no more to say but CONNECT. */
    record LoggedIn(VerifiedLogin login) implements LoginExchange {}

    /** The login was refused for good on this connection. */
    record Over() implements LoginExchange {}
}
