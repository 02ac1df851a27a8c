package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class PingsTest {
    @ParameterizedTest
    @CsvSource({
        "1 2 3 4 5, 5, 5, 0",
        "1 2 4 5, 5, 4, 1",
        "2 3 5, 5, 3, 1",
        "1 4 5, 5, 3, 2",
        "1 2, 5, 2, 3",
        "'', 5, 0, 5",
        "5 1 3 2 4, 5, 5, 0",
        "1 2 2 3 4 5, 5, 5, 0",
        "1 2 3 4 5 9, 5, 5, 0",
    })
    void repliesAreCountedByTheirSequenceNumbers(
            String replies, int sent, int received, int lostInARow) {
        String printed =
                Stream.of(replies.split(" "))
                        .filter(each -> !each.isEmpty())
                        .map(
                                "64 bytes from 10.10.0.10: icmp_seq=%s ttl=62 time=0.4 ms\n"
                                        ::formatted)
                        .collect(Collectors.joining());

        assertThat(Pings.of(printed, sent)).isEqualTo(new Pings(sent, received, lostInARow));
    }

    @Test
    void errorsAreNoReplies() {
        assertThat(Pings.of("From 10.10.0.1 icmp_seq=1 Destination Host Unreachable", 1))
                .isEqualTo(new Pings(1, 0, 1));
    }

    @Test
    void severalAreLostInARowOnlyWhereOneIs() {
        assertThat(Pings.sum(List.of(new Pings(5, 3, 2), new Pings(9, 8, 1))))
                .isEqualTo(new Pings(14, 11, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "500, 500, 0, false",
        "500, 492, 2, false",
        "500, 497, 3, true",
        "500, 491, 1, true"
    })
    void threeInARowOrMoreThanEightAreAnOutage(
            int sent, int received, int lostInARow, boolean outage) {
        assertThat(new Pings(sent, received, lostInARow).showOutage()).isEqualTo(outage);
    }
}
