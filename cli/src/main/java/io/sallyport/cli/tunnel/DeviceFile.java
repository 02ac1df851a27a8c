package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Document;

import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One file of a device configuration.
 *
 * @param names the components of its path on the device; none of them leads anywhere else
 * @param mode permission bits, octal
 */
record DeviceFile(List<String> names, int mode, Content content) {
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final int MAX_PATH = 1024;

    DeviceFile {
        names = List.copyOf(names);
    }

    /** Octets that may be a key. */
    static final class Content {
        private final byte[] octets;

        private Content(byte[] octets) {
            this.octets = octets;
        }

        byte[] octets() {
            return octets.clone();
        }

        @Override
        public String toString() {
            return "Content[hidden]";
        }
    }

    /**
     * Reads a file of the API's answer.
     *
     * @throws IllegalArgumentException if it cannot be a file below a directory
     */
    static DeviceFile of(Document document) {
        String path = document.text("path");
        String mode = document.text("mode");
        if (!MODE.matcher(mode).matches()) {
            throw new IllegalArgumentException(
                    "expected permission bits for %s, got '%s'".formatted(path, mode));
        }
        byte[] octets =
                document.has("base64")
                        ? Base64.getDecoder().decode(document.text("base64"))
                        : document.text("content").getBytes(StandardCharsets.UTF_8);
        return new DeviceFile(names(path), Integer.parseInt(mode, 8), new Content(octets));
    }

    private static List<String> names(String path) {
        List<String> names = List.of(path.split("/", -1));
        boolean absolute = names.size() > 1 && names.getFirst().isEmpty();
        List<String> below = names.subList(1, names.size());
        boolean plain =
                below.stream()
                        .noneMatch(
                                name ->
                                        name.isEmpty()
                                                || name.equals(".")
                                                || name.equals("..")
                                                || name.chars().anyMatch(c -> c < ' ' || c > '~'));
        if (!absolute || !plain || path.length() > MAX_PATH) {
            throw new IllegalArgumentException(
                    "expected an absolute path without detours, got '%s'".formatted(path));
        }
        return below;
    }

    String path() {
        return "/" + String.join("/", names);
    }

    String modeText() {
        return "%04o".formatted(mode);
    }

    Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        // In the order of their declaration, from the owner's r to the others' x.
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(all[bit]);
            }
        }
        return permissions;
    }
}
