package io.sallyport.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

class AddressPoolTest {
    private static final UUID ADA = new UUID(0, 1);
    private static final UUID BOB = new UUID(0, 2);

    private final AddressPool pool = new AddressPool(IpNetwork.parse("10.0.0.0/29"));

    @Test
    void givesEveryAddressButTheReservedOnes() {
        Set<String> given = new HashSet<>();
        for (Optional<IpAddress> next = pool.take(ADA); next.isPresent(); next = pool.take(ADA)) {
            given.add(next.get().toString());
        }
        assertThat(given)
                .containsExactlyInAnyOrder(
                        "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6");
        assertThat(pool.own()).hasToString("10.0.0.1");
        assertThat(pool.capacity()).isEqualTo(5).isEqualTo(pool.used());
    }

    @Test
    void anAddressReturnsToItsUser() {
        IpAddress first = pool.take(ADA).orElseThrow();
        pool.release(first);
        assertThat(pool.take(BOB)).isPresent().get().isNotEqualTo(first);
        assertThat(pool.take(ADA)).contains(first);
    }

    @Test
    void anAddressRestsBeforeAnotherUserGetsIt() {
        IpAddress first = pool.take(ADA).orElseThrow();
        pool.release(first);
        for (int i = 0; i < 4; i++) {
            assertThat(pool.take(new UUID(1, i))).isPresent().get().isNotEqualTo(first);
        }
        assertThat(pool.take(BOB)).contains(first);
    }

    @Test
    void retakesOnlyWhatIsFreeAndItsOwn() {
        assertThat(pool.retake(ADA, IpAddress.parse("10.0.0.4"))).isTrue();
        assertThat(pool.retake(BOB, IpAddress.parse("10.0.0.4"))).isFalse();
        for (String not : List.of("10.0.0.0", "10.0.0.1", "10.0.0.7", "10.0.1.2", "fd00::2")) {
            assertThat(pool.retake(ADA, IpAddress.parse(not))).as(not).isFalse();
        }
    }

    @Test
    void ipv6HasNoBroadcastAddressAndIsBounded() {
        AddressPool v6 = new AddressPool(IpNetwork.parse("fd77::/64"));
        assertThat(v6.own()).hasToString("fd77:0:0:0:0:0:0:1");
        assertThat(v6.take(ADA)).contains(IpAddress.parse("fd77::2"));
        assertThat(v6.capacity()).isEqualTo(AddressPool.MOST);
        assertThat(new AddressPool(IpNetwork.parse("fd77::/126")).capacity()).isEqualTo(2);
    }

    @Test
    void refusesANetworkWithoutRoom() {
        for (String network : List.of("10.0.0.0/31", "10.0.0.0/32", "fd77::/127", "fd77::/128")) {
            assertThatThrownBy(() -> new AddressPool(IpNetwork.parse(network)))
                    .as(network)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new AddressPool(IpNetwork.parse("10.0.0.0/30")).capacity()).isEqualTo(1);
    }

    /** Whatever is taken and given back in whatever order, nobody shares an address. */
    @Property(tries = 200)
    void nobodySharesAnAddress(@ForAll List<@IntRange(max = 9) Integer> users) {
        Map<Integer, IpAddress> held = new HashMap<>();
        for (int user : users) {
            IpAddress present = held.remove(user);
            if (present != null) {
                pool.release(present);
            } else {
                pool.take(new UUID(0, user)).ifPresent(address -> held.put(user, address));
            }
            assertThat(new HashSet<>(held.values())).hasSize(held.size());
            assertThat(pool.used()).isEqualTo(held.size());
        }
        held.values().forEach(pool::release);
        assertThat(pool.used()).isZero();
    }
}
