package io.sallyport.provisioner.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.truth.Availability.Change;
import io.sallyport.provisioner.truth.Availability.Outage;
import io.sallyport.provisioner.truth.Availability.Span;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

class AvailabilityTest {
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/truth/availability.csv", emptyValue = "")
    void countsEachSecondOnce(
            String what,
            int from,
            int to,
            String changes,
            String spans,
            int up,
            int down,
            int unobserved,
            BigDecimal ratio,
            String outages) {
        Availability availability =
                Availability.compute(
                        at(from),
                        at(to),
                        words(changes).stream().map(AvailabilityTest::change).toList(),
                        words(spans).stream().map(AvailabilityTest::span).toList());

        assertThat(availability.up()).isEqualTo(Duration.ofSeconds(up));
        assertThat(availability.down()).isEqualTo(Duration.ofSeconds(down));
        assertThat(availability.unobserved()).isEqualTo(Duration.ofSeconds(unobserved));
        assertThat(availability.ratio().orElse(null)).isEqualTo(ratio);
        assertThat(availability.outages())
                .extracting(outage -> new Span(outage.from(), outage.to()))
                .isEqualTo(words(outages).stream().map(AvailabilityTest::span).toList());
    }

    @Property
    void partsSumUpToThePeriod(
            @ForAll @Size(max = 20) List<@IntRange(max = 100) Integer> times,
            @ForAll @Size(max = 8) List<@IntRange(max = 100) Integer> watched) {
        List<Change> changes =
                times.stream()
                        .sorted()
                        .map(time -> new Change(at(time), time % 3 == 0, "because"))
                        .toList();
        List<Span> spans =
                watched.stream().map(time -> new Span(at(time), at(time + time % 17))).toList();

        Availability availability = Availability.compute(at(10), at(90), changes, spans);

        assertThat(availability.up().plus(availability.down()).plus(availability.unobserved()))
                .isEqualTo(Duration.ofSeconds(80));
        assertThat(availability.unobserved()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(
                        availability.outages().stream()
                                .map(outage -> Duration.between(outage.from(), outage.to()))
                                .reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(availability.down());
        assertThat(availability.outages()).extracting(Outage::from).isSorted();
    }

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? List.of() : Arrays.asList(text.split(" ", -1));
    }

    private static Change change(String text) {
        return new Change(
                at(Integer.parseInt(text.substring(0, text.length() - 1))),
                text.endsWith("+"),
                "because");
    }

    private static Span span(String text) {
        String[] ends = text.split("-", 2);
        return new Span(at(Integer.parseInt(ends[0])), at(Integer.parseInt(ends[1])));
    }
}
