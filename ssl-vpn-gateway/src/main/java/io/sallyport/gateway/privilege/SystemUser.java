package io.sallyport.gateway.privilege;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A local user (passwd(5)).
 *
 * @param uid never 0
 * @param gid of its primary group, never 0
 */
public record SystemUser(String name, int uid, int gid) {
    private static final Path PASSWD = Path.of("/etc/passwd");

    /**
     * @throws IllegalArgumentException if it is root
     */
    public SystemUser {
        if (uid <= 0 || gid <= 0) {
            throw new IllegalArgumentException("expected a user without privileges, got " + name);
        }
    }

    /**
     * Looks a user up.
     *
     * @throws IOException if there is no such local user, or it is root
     */
    public static SystemUser named(String name) throws IOException {
        return named(name, Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1));
    }

    static SystemUser named(String name, List<String> passwd) throws IOException {
        for (String line : passwd) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 4 && fields[0].equals(name)) {
                try {
                    return new SystemUser(
                            name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
                } catch (IllegalArgumentException e) {
                    throw new IOException("the user %s cannot be taken".formatted(name), e);
                }
            }
        }
        throw new IOException("there is no local user " + name);
    }
}
