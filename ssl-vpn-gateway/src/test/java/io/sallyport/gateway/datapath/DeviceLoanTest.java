package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.datapath.libc.Waker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;

/** Each side waits by poll(2) for being woken; a wait for what does not come ends the test. */
@Timeout(60)
class DeviceLoanTest {
    private static final long MILLI = 1_000_000;
    private static final long START = -50 * MILLI;
    private static final int NO_DESCRIPTOR = -1;

    private final Waker owner = new Waker(NO_DESCRIPTOR);
    private final Waker borrower = new Waker(NO_DESCRIPTOR);
    private final DeviceLoan loan = new DeviceLoan(owner, borrower);

    DeviceLoanTest() throws IOException {}

    @AfterEach
    void close() {
        owner.close();
        borrower.close();
    }

    private boolean lend(long millis, int frames) {
        return loan.lend(START + millis * MILLI, frames);
    }

    @Test
    void isLentAfterAWindowWithLittleAndTheBorrowerIsWoken() throws IOException {
        assertThat(lend(0, 64)).isFalse();
        assertThat(lend(99, 100)).isFalse();
        assertThat(loan.isLent()).isFalse();
        assertThat(lend(100, 99)).isTrue();
        assertThat(loan.isLent()).isTrue();
        borrower.awaitWake();
    }

    @Test
    void isKeptWhileThereIsMuch() {
        assertThat(lend(0, 0)).isFalse();
        assertThat(lend(50, 200)).isFalse();
        assertThat(lend(100, 0)).isFalse();
        assertThat(lend(199, 3)).as("a window of its own").isFalse();
        assertThat(lend(200, 3)).isTrue();
    }

    @Test
    void isKeptForAWholeWindowAfterItCameBack() throws IOException {
        lend(0, 0);
        assertThat(lend(100, 0)).isTrue();
        loan.giveBack();
        owner.awaitWake();
        assertThat(loan.isLent()).isFalse();
        assertThat(lend(5_000, 3)).isFalse();
        assertThat(lend(5_099, 3)).isFalse();
        assertThat(lend(5_100, 3)).isTrue();
    }

    @Test
    void whoWakesTheOwnerOfALentDeviceReachesTheBorrower() throws IOException {
        lend(0, 0);
        lend(100, 0);
        borrower.awaitWake();
        loan.passOn();
        borrower.awaitWake();
    }
}
