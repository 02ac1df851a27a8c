package io.sallyport.gateway.datapath.libc;

import java.io.IOException;

/** A call of the C library that failed. The message has the call and the name of the errno. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param call what was called, with what matters of its arguments
     * @param errno as the call left it, positive
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** One of the constants of {@link Errno}, or another number. */
    public int errno() {
        return errno;
    }
}
