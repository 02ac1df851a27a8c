package io.sallyport.provisioner.authority;

/** What became of the wish for a next authority. */
public sealed interface NextAuthority {
    /**
     * It is there, with a CRL.
     *
     * @param name its common name
     */
    record There(String name) implements NextAuthority {}

    /**
     * The root has to sign it first, in a ceremony elsewhere.
     *
     * @param awaited what is to be done, for people
     */
    record Awaited(String awaited) implements NextAuthority {}

    /**
     * It cannot be made.
     *
     * @param why for people
     */
    record Failed(String why) implements NextAuthority {}
}
