package io.sallyport.gateway.datapath.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.tun.TunDevice.Offload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Kernels that take less than this machine's does. */
class TunDeviceTest {
    private static final int VIRTIO_HEADER = 0x4000; // IFF_VNET_HDR of linux/if_tun.h
    private static final int ENODEV = 19;

    /** A kernel that refuses; it knows which descriptors are open. */
    private static final class RefusingDriver implements TunDriver {
        private final List<String> calls = new ArrayList<>();
        private final TreeSet<Integer> open = new TreeSet<>();
        private int next = 1_000_000;
        private int openings;
        private int openErrno;
        private int virtioErrno;
        private int plainErrno;
        private long offloads = -1;

        @Override
        public int open() {
            openings++;
            if (openErrno != 0) {
                return -openErrno;
            }
            open.add(next);
            return next++;
        }

        @Override
        public int setInterface(int descriptor, String name, int flags) {
            boolean virtio = (flags & VIRTIO_HEADER) != 0;
            calls.add(name + (virtio ? " with header" : " plain"));
            return -(virtio ? virtioErrno : plainErrno);
        }

        @Override
        public int setOffload(int descriptor, long flags) {
            calls.add("offload %#x".formatted(flags));
            return (flags & ~offloads) == 0 ? 0 : -Errno.EINVAL;
        }

        @Override
        public void close(int descriptor) {
            assertThat(open.remove(descriptor)).isTrue();
        }
    }

    private final RefusingDriver driver = new RefusingDriver();

    @Test
    void withoutVirtioHeadersItIsPlain() throws IOException {
        driver.virtioErrno = Errno.EINVAL;
        TunDevice tun = TunDevice.open(driver, "vpn0", true, false);
        assertThat(tun.offload()).isEqualTo(Offload.PLAIN);
        assertThat(tun.hasVirtioHeaders()).isFalse();
        assertThat(driver.calls).containsExactly("vpn0 with header", "vpn0 plain");
        // The refused one is closed, and with the device the other.
        assertThat(driver.open).hasSize(1);
        tun.close();
        tun.close();
        assertThat(driver.open).isEmpty();
    }

    @Test
    void withoutUdpItIsTcp() throws IOException {
        driver.offloads = 0x07;
        try (TunDevice tun = TunDevice.open(driver, "vpn0", true, false)) {
            assertThat(tun.offload()).isEqualTo(Offload.TCP);
            assertThat(tun.hasVirtioHeaders()).isTrue();
        }
        assertThat(driver.calls).containsExactly("vpn0 with header", "offload 0x67", "offload 0x7");
    }

    @Test
    void withoutOffloadItHasHeadersOnly() throws IOException {
        driver.offloads = 0;
        try (TunDevice tun = TunDevice.open(driver, "vpn0", true, false)) {
            assertThat(tun.offload()).isEqualTo(Offload.HEADER_ONLY);
            assertThat(tun.hasVirtioHeaders()).isTrue();
        }
    }

    @Test
    void whatIsNoMatterOfTheModeIsNotTriedAgain() {
        driver.virtioErrno = Errno.EPERM;
        assertThatThrownBy(() -> TunDevice.open(driver, "vpn0", true, false))
                .isInstanceOf(IOException.class)
                .hasMessage("TUNSETIFF vpn0: EPERM");
        assertThat(driver.calls).containsExactly("vpn0 with header");
        assertThat(driver.open).isEmpty();
    }

    @Test
    void refusedInBothModesItSaysSo() {
        driver.virtioErrno = Errno.EINVAL;
        driver.plainErrno = Errno.EINVAL;
        assertThatThrownBy(() -> TunDevice.open(driver, "vpn0", true, false))
                .isInstanceOf(IOException.class)
                .hasMessage("TUNSETIFF vpn0: EINVAL");
        assertThat(driver.calls).containsExactly("vpn0 with header", "vpn0 plain");
        assertThat(driver.open).isEmpty();
    }

    @Test
    void withoutDriverItNamesTheFile() {
        driver.openErrno = ENODEV;
        assertThatThrownBy(() -> TunDevice.open(driver, "vpn0", true, false))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("open /dev/net/tun: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sixteen-octets-1"})
    void aNameThatNoInterfaceCanHaveOpensNothing(String name) {
        assertThatThrownBy(() -> TunDevice.open(driver, name, true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an interface name of 1 to 15 octets");
        assertThat(driver.openings).isZero();
    }
}
