package io.sallyport.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;

class OpenMetricsTextTest {
    private enum Reason {
        TOO_MANY
    }

    @Test
    void writesTheFormat() {
        Tally tally = new Tally();
        tally.count(Reason.TOO_MANY);
        tally.count("other");
        tally.count("other");
        String text =
                new OpenMetricsText()
                        .gauge("a", "An a.", -1)
                        .counters("b", "Some b.", "reason", tally.counts())
                        .countersBy("c", "Some c.")
                        .count("c", "x", "1", "y", "2", 3_000_000_000L)
                        .gauges("d", "Odd labels.", "l", Map.of("\"\\\n", 7))
                        .end();
        assertThat(text)
                .isEqualTo(
                        """
                        # TYPE a gauge
                        # HELP a An a.
                        a -1
                        # TYPE b counter
                        # HELP b Some b.
                        b_total{reason="other"} 2
                        b_total{reason="too_many"} 1
                        # TYPE c counter
                        # HELP c Some c.
                        c_total{x="1",y="2"} 3000000000
                        # TYPE d gauge
                        # HELP d Odd labels.
                        d{l="\\"\\\\\\n"} 7
                        # EOF
                        """);
    }
}
