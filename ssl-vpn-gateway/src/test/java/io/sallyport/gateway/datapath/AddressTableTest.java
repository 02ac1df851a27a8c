package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

class AddressTableTest {

    @Property
    void behavesAsAMap(@ForAll @Size(max = 500) List<@IntRange(max = 300) Integer> operations) {
        AddressTable<Object> table = new AddressTable<>();
        Map<Integer, Object> map = new HashMap<>();
        for (int operation : operations) {
            int key = operation / 2;
            if (operation % 2 == 0) {
                Object value = new Object();
                map.put(key, value);
                table.put(key, key * 7L, key % 3, value);
            } else {
                Object value = map.remove(key);
                assertThat(table.remove(key, key * 7L, key % 3, value == null ? "" : value))
                        .isEqualTo(value != null);
            }
        }
        for (int key = 0; key <= 150; key++) {
            assertThat(table.find(key, key * 7L, key % 3)).isSameAs(map.get(key));
        }
        assertThat(table.size()).isEqualTo(map.size());
    }

    @Test
    void theEndOfTheOldLeavesTheNewerInPlace() {
        AddressTable<String> table = new AddressTable<>();
        String old = "session";
        String newer = String.valueOf("session".toCharArray()); // equal, and another one
        table.put(0, 1, 0, old);
        table.put(0, 1, 0, newer);
        assertThat(table.remove(0, 1, 0, old)).isFalse();
        assertThat(table.find(0, 1, 0)).isSameAs(newer);
    }

    @Test
    void holdsManyAndForgetsThemAll() {
        AddressTable<Integer> table = new AddressTable<>();
        List<Integer> values = java.util.stream.IntStream.range(0, 20_000).boxed().toList();
        values.forEach(i -> table.put(0, i, 443, i));
        assertThat(values).allMatch(i -> table.find(0, i, 443).equals(i));
        assertThat(values).allMatch(i -> table.remove(0, i, 443, i));
        assertThat(values).allMatch(i -> table.find(0, i, 443) == null);
        assertThat(table.size()).isZero();
    }
}
