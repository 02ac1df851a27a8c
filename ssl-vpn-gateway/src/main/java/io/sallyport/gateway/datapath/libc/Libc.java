package io.sallyport.gateway.datapath.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Calls of the C library. An object belongs to one thread at a time, because it has the place where
 * errno is kept. Each call returns what the C function returns, or the negative errno where that
 * returns -1 (as the kernel itself does), so that no failure of the data path allocates.
 *
 * <p>Calls for descriptors that never block are "critical" (no transition of the thread's state,
 * and arrays of the heap can be passed); during such a call the garbage collector waits, so nothing
 * that can block may be called that way. A blocking call holds its carrier: platform threads only.
 */
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final Linker.Option VARIADIC_FROM_THIRD = Linker.Option.firstVariadicArg(2);
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);
    private static final Linker.Option CRITICAL_ON_HEAP = Linker.Option.critical(true);

    private static final FunctionDescriptor READ_WRITE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle OPEN =
            downcall(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    VARIADIC_FROM_THIRD);
    private static final MethodHandle CLOSE =
            downcall("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL_POINTER =
            downcall(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    VARIADIC_FROM_THIRD);
    private static final MethodHandle IOCTL_NUMBER =
            downcall(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    VARIADIC_FROM_THIRD);
    private static final MethodHandle READ = downcall("read", READ_WRITE, CRITICAL_ON_HEAP);
    private static final MethodHandle WRITE = downcall("write", READ_WRITE, CRITICAL_ON_HEAP);
    private static final MethodHandle EVENTFD =
            downcall("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            downcall("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SOCKET =
            downcall("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            downcall("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            downcall("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            downcall(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG =
            downcall(
                    "sendmsg",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                    CRITICAL);
    private static final MethodHandle RECVMMSG =
            downcall(
                    "recvmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
                    CRITICAL);

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    // downcallHandle is restricted: with the wrong descriptor it would crash the process. The
    // descriptors above are those of the manual pages.
    @SuppressWarnings("restricted")
    private static MethodHandle downcall(
            String name, FunctionDescriptor descriptor, Linker.Option... more) {
        Linker.Option[] options = new Linker.Option[more.length + 1];
        options[0] = CAPTURE;
        System.arraycopy(more, 0, options, 1, more.length);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** open(2). */
    public int open(MemorySegment path, int flags) {
        try {
            return result((int) OPEN.invokeExact(state, path, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** close(2). */
    public int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** ioctl(2) with a pointer. */
    public int ioctl(int descriptor, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL_POINTER.invokeExact(state, descriptor, request, argument));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** ioctl(2) with a number. */
    public int ioctl(int descriptor, long request, long argument) {
        try {
            return result((int) IOCTL_NUMBER.invokeExact(state, descriptor, request, argument));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** read(2) of a descriptor that never blocks; the buffer may be on the heap. */
    public int read(int descriptor, MemorySegment buffer, long length) {
        try {
            return result((long) READ.invokeExact(state, descriptor, buffer, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** write(2) to a descriptor that never blocks; the buffer may be on the heap. */
    public int write(int descriptor, MemorySegment buffer, long length) {
        try {
            return result((long) WRITE.invokeExact(state, descriptor, buffer, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** eventfd(2). */
    public int eventfd(int initial, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** poll(2); blocks up to the timeout, for ever if that is negative. */
    public int poll(MemorySegment pollfds, long count, int timeoutMillis) {
        try {
            return result((int) POLL.invokeExact(state, pollfds, count, timeoutMillis));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** socket(2). */
    public int socket(int domain, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** bind(2). */
    public int bind(int descriptor, MemorySegment address, int length) {
        try {
            return result((int) BIND.invokeExact(state, descriptor, address, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** getsockname(2). */
    public int getsockname(int descriptor, MemorySegment address, MemorySegment length) {
        try {
            return result((int) GETSOCKNAME.invokeExact(state, descriptor, address, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** setsockopt(2). */
    public int setsockopt(int descriptor, int level, int name, MemorySegment value, int length) {
        try {
            return result(
                    (int) SETSOCKOPT.invokeExact(state, descriptor, level, name, value, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** sendmsg(2), which must not block: MSG_DONTWAIT is among the flags. */
    public int sendmsg(int descriptor, MemorySegment message, int flags) {
        try {
            return result((long) SENDMSG.invokeExact(state, descriptor, message, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** recvmmsg(2) without timeout, which must not block: MSG_DONTWAIT is among the flags. */
    public int recvmmsg(int descriptor, MemorySegment messages, int count, int flags) {
        try {
            return result(
                    (int)
                            RECVMMSG.invokeExact(
                                    state, descriptor, messages, count, flags, MemorySegment.NULL));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private int result(long returned) {
        return returned < 0 ? -(int) ERRNO.get(state, 0L) : (int) returned;
    }

    private static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall throws nothing", e);
    }
}
