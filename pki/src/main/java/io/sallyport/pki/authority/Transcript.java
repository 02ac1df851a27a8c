package io.sallyport.pki.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * The minutes of a ceremony: text that people sign afterwards. Each entry has the time and is on
 * the disk before the ceremony goes on; the last line is the SHA-256 of all before it. Not for
 * several threads.
 */
final class Transcript implements Closeable {

    private final FileChannel channel;
    private final Clock clock;
    private final MessageDigest digest;

    /**
     * Begins a transcript.
     *
     * @param file must not exist
     */
    Transcript(Path file, Clock clock) throws IOException {
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.clock = clock;
        AuthorityFiles.synchronise(file.toAbsolutePath().getParent());
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void entry(String text) throws IOException {
        write("%s  %s%n".formatted(clock.instant().truncatedTo(ChronoUnit.SECONDS), text));
    }

    void attachment(String pem) throws IOException {
        write(pem);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            write("SHA-256 of the lines above: %s%n".formatted(hex(digest.digest())));
        }
    }

    private void write(String text) throws IOException {
        byte[] octets = text.getBytes(UTF_8);
        digest.update(octets);
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
