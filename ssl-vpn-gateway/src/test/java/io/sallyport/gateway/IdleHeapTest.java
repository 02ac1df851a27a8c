package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleHeapTest {
    private long committed = 20 << 20;
    private int collections;
    private final IdleHeap heap =
            new IdleHeap(
                    () -> committed,
                    () -> {
                        committed = 21 << 20;
                        collections++;
                    });

    @Test
    void isCollectedOnceWhenAllHaveLeft() {
        committed += 2 * IdleHeap.GROWN;
        look(1, 1000);
        assertThat(collections).isZero();
        look(0, 1000);
        assertThat(collections).isOne();
    }

    @Test
    void isLeftWhereNothingWouldBeGivenBack() {
        committed += IdleHeap.GROWN - 1;
        look(0, 1000);
        assertThat(collections).isZero();
    }

    @Test
    void clientsThatComeBackAtOnceDoNotWaitForIt() {
        committed += 2 * IdleHeap.GROWN;
        for (int i = 0; i < 10; i++) {
            look(0, IdleHeap.LOOKS - 1);
            look(1, 1);
        }
        assertThat(collections).isZero();
    }

    @Test
    void growthCountsFromTheLastCollection() {
        committed += 2 * IdleHeap.GROWN;
        look(0, IdleHeap.LOOKS);
        look(1, 1);
        look(0, IdleHeap.LOOKS);
        assertThat(collections).isOne();
        committed += IdleHeap.GROWN;
        look(1, 1);
        look(0, IdleHeap.LOOKS);
        assertThat(collections).isEqualTo(2);
    }

    private void look(int clients, int times) {
        for (int i = 0; i < times; i++) {
            heap.look(clients);
        }
    }
}
