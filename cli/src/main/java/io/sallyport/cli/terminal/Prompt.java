package io.sallyport.cli.terminal;

import java.util.Optional;

/** The person at the terminal, if there is one. Calls block until there is an answer. */
public interface Prompt {
    /** Asks for a line; empty if nobody is there. */
    Optional<String> line(String question);

    /** Asks for a secret, which is not shown; empty if nobody is there. */
    Optional<String> secret(String question);
}
