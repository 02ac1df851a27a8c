package io.sallyport.provisioner.configuration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The data directory while this process has it for itself. The lock ends with the process, however
 * that ends.
 */
public final class DataDirectory implements AutoCloseable {
    private final FileChannel lock;

    private DataDirectory(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Makes the directory if it is missing, closes it to other users, and locks it.
     *
     * @throws IOException if it cannot be used, or another provisioner uses it
     */
    public static DataDirectory open(Path directory) throws IOException {
        PrivateFile.createDirectory(directory);
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new DataDirectory(channel);
            }
        } catch (OverlappingFileLockException _) {
            // Of this very process: told like any other.
        }
        channel.close();
        throw new IOException("another provisioner uses " + directory);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
