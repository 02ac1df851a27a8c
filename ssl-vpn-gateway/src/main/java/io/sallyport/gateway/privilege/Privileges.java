package io.sallyport.gateway.privilege;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The privileges of this process. */
public final class Privileges {
    private static final Logger LOG = System.getLogger(Privileges.class.getName());

    private Privileges() {}

    /** Whether this process has the rights of root. */
    public static boolean areRoots() {
        return Kernel.isRoot();
    }

    /** Gives a directory and what is in it to a user, so that it can go on working with it. */
    public static void give(Path directory, SystemUser user) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) { // follows no links
            all = walk.toList();
        }
        for (Path path : all) {
            Files.setAttribute(path, "unix:uid", user.uid(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user.gid(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * Becomes this user, in all threads and for good, and executes no program any more. Reads back
     * from the kernel that it is so.
     *
     * @throws IOException if a thread keeps anything; the process must end then
     */
    public static void drop(SystemUser user) throws IOException {
        Kernel.become(user);
        boolean filtered = true;
        try {
            Kernel.forbidExecution();
        } catch (IOException e) {
            // Without any capability a program that is executed has them only from its file.
            LOG.log(Level.WARNING, "executing programs is not forbidden: {0}", e.getMessage());
            filtered = false;
        }
        TreeSet<String> excess = new TreeSet<>();
        List<ThreadStatus> threads = ThreadStatus.all();
        for (ThreadStatus thread : threads) {
            excess.addAll(thread.excess(user, filtered));
        }
        if (!excess.isEmpty()) {
            throw new IOException("privileges are left: " + excess);
        }
        LOG.log(
                Level.INFO,
                "event=privileges-dropped user={0} threads={1} exec={2}",
                user.name(),
                threads.size(),
                filtered ? "forbidden" : "possible");
    }
}
