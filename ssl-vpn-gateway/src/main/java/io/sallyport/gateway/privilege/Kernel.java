package io.sallyport.gateway.privilege;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The libc calls that give privileges up, with errno turned into IOException. */
final class Kernel {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle GETEUID =
            downcall("geteuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle SETGROUPS =
            downcall("setgroups", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle SETRESGID =
            downcall("setresgid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETRESUID =
            downcall("setresuid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle PRCTL =
            downcall(
                    "prctl",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SYSCALL =
            downcall(
                    "syscall",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(1));

    // linux/prctl.h
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    // linux/seccomp.h
    private static final long SECCOMP_SET_MODE_FILTER = 1;
    private static final long SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
    private static final int SECCOMP_RET_ERRNO_EPERM = 0x00050001;
    // linux/bpf_common.h, linux/filter.h
    private static final short BPF_LD_W_ABS = 0x20;
    private static final short BPF_JEQ = 0x15;
    private static final short BPF_JGE = 0x35;
    private static final short BPF_RET = 0x06;
    private static final int FILTER_OCTETS = 8;
    private static final int PROGRAM_OCTETS = 16;

    private Kernel() {}

    @SuppressWarnings("restricted") // what --enable-native-access is for
    private static MethodHandle downcall(
            String name, FunctionDescriptor descriptor, Linker.Option... more) {
        Linker.Option[] options = new Linker.Option[more.length + 1];
        options[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(more, 0, options, 1, more.length);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** Whether this process has the rights of root. */
    static boolean isRoot() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GETEUID.invokeExact(arena.allocate(STATE)) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Gives up supplementary groups, group and user, in all threads: glibc carries these calls from
     * thread to thread (nptl(7)). The kernel takes the capabilities away with the user id
     * (capabilities(7)).
     */
    static void become(SystemUser user) throws IOException {
        int uid = user.uid();
        int gid = user.gid();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            check("setgroups", state, (int) SETGROUPS.invokeExact(state, 0L, MemorySegment.NULL));
            check("setresgid", state, (int) SETRESGID.invokeExact(state, gid, gid, gid));
            check("setresuid", state, (int) SETRESUID.invokeExact(state, uid, uid, uid));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * No thread executes a program any more, and none gains a privilege by one (seccomp(2)). The
     * filter is one for all threads, which also gives all of them {@code no_new_privs}; prctl alone
     * would give it to the calling thread.
     *
     * @throws IOException where the kernel or the container does not let a filter be set
     */
    static void forbidExecution() throws IOException {
        Architecture here = Architecture.here();
        int[][] filter = {
            {BPF_LD_W_ABS, 0, 0, 4}, // seccomp_data.arch
            {BPF_JEQ, 0, 5, here.audit}, // another one: refuse
            {BPF_LD_W_ABS, 0, 0, 0}, // seccomp_data.nr
            {BPF_JGE, 3, 0, 0x40000000}, // the x32 numbers of x86-64: refuse
            {BPF_JEQ, 2, 0, here.execve},
            {BPF_JEQ, 1, 0, here.execveat},
            {BPF_RET, 0, 0, SECCOMP_RET_ALLOW},
            {BPF_RET, 0, 0, SECCOMP_RET_ERRNO_EPERM},
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            check(
                    "prctl(PR_SET_NO_NEW_PRIVS)",
                    state,
                    (int) PRCTL.invokeExact(state, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
            MemorySegment instructions =
                    arena.allocate((long) filter.length * FILTER_OCTETS, Integer.BYTES);
            for (int i = 0; i < filter.length; i++) {
                long at = (long) i * FILTER_OCTETS;
                instructions.set(JAVA_SHORT, at, (short) filter[i][0]);
                instructions.set(JAVA_BYTE, at + 2, (byte) filter[i][1]);
                instructions.set(JAVA_BYTE, at + 3, (byte) filter[i][2]);
                instructions.set(JAVA_INT, at + 4, filter[i][3]);
            }
            MemorySegment program = arena.allocate(PROGRAM_OCTETS, Long.BYTES);
            program.set(JAVA_SHORT, 0, (short) filter.length);
            program.set(ADDRESS, Long.BYTES, instructions);
            long done =
                    (long)
                            SYSCALL.invokeExact(
                                    state,
                                    here.seccomp,
                                    SECCOMP_SET_MODE_FILTER,
                                    SECCOMP_FILTER_FLAG_TSYNC,
                                    program);
            check("seccomp", state, (int) done);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void check(String call, MemorySegment state, int result) throws IOException {
        if (result != 0) {
            throw new IOException(
                    "%s: errno %d".formatted(call, result < 0 ? (int) ERRNO.get(state, 0L) : 0));
        }
    }

    /** Numbers of system calls (asm/unistd.h) and of architectures (linux/audit.h). */
    private enum Architecture {
        X86_64(0xc000003e, 317, 59, 322),
        AARCH64(0xc00000b7, 277, 221, 281);

        private final int audit;
        private final long seccomp;
        private final int execve;
        private final int execveat;

        Architecture(int audit, long seccomp, int execve, int execveat) {
            this.audit = audit;
            this.seccomp = seccomp;
            this.execve = execve;
            this.execveat = execveat;
        }

        static Architecture here() throws IOException {
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> X86_64;
                case "aarch64" -> AARCH64;
                default -> throw new IOException("no system call numbers for this processor");
            };
        }
    }
}
