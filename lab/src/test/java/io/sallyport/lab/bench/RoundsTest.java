package io.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

class RoundsTest {
    @Test
    void roundsAreInterleavedAndWarmUpIsNotCounted() {
        List<String> order = new ArrayList<>();
        Iterator<Double> figures = List.of(100.0, 3.0, 1.0, 2.0).iterator();
        Rounds rounds =
                Rounds.interleaved(
                        1,
                        3,
                        () -> {
                            order.add("ours");
                            return figures.next();
                        },
                        () -> {
                            order.add("peer");
                            return 4.0;
                        },
                        line -> {});
        assertThat(order)
                .containsExactly("ours", "peer", "ours", "peer", "ours", "peer", "ours", "peer");
        assertThat(rounds.ours()).containsExactly(3.0, 1.0, 2.0);
        assertThat(Row.of("sample", "ms", rounds).ratio()).contains(0.5);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        assertThat(Rounds.median(List.of(9.0, 1.0, 4.0, 2.0))).isEqualTo(3.0);
    }

    @Test
    void resultFileHasNullWhereThereIsNoPeer(@TempDir Path directory) throws Exception {
        Row row = Row.of("sample", "ms", new Rounds(List.of(1.25, 1.75), List.of()));
        Results.write(directory, "sample", List.of(row));
        assertThat(Files.readString(directory.resolve("sample.json")).replaceAll("\\s", ""))
                .isEqualTo(
                        "[{\"name\":\"sample\",\"unit\":\"ms\",\"ours\":1.5,\"peer\":null,"
                                + "\"ratio\":null,\"rounds\":2}]");
    }
}
