package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.libc.Waker;

import java.io.IOException;

/**
 * One of the three threads: carries what comes from the TUN device to the clients, while it has not
 * lent the device.
 */
final class TunToClients implements Worker {
    /** Frames that are read before what was gathered is sent. */
    private static final int BURST = 64;

    private final Downlink downlink;
    private final DeviceLoan loan;
    private final Waker waker;
    private final NanoClock clock;

    TunToClients(Downlink downlink, DeviceLoan loan, Waker waker, NanoClock clock) {
        this.downlink = downlink;
        this.loan = loan;
        this.waker = waker;
        this.clock = clock;
    }

    @Override
    public void turn() throws IOException {
        if (loan.isLent()) {
            waker.awaitWake();
            loan.passOn();
            return;
        }
        int frames = downlink.burst(BURST);
        if (loan.lend(clock.nanos(), frames)) {
            return;
        }
        if (frames < BURST) {
            waker.await(DeviceLoan.WINDOW_MILLIS);
        }
    }

    @Override
    public void wake() {
        waker.wake();
    }

    @Override
    public void close() {}
}
