package io.sallyport.lab.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import java.util.Optional;

/**
 * One figure of a benchmark.
 *
 * @param name the benchmark's, or one of its own
 * @param unit of {@code ours} and {@code peer}
 * @param ours median of our rounds
 * @param peer median of the peer's rounds; absent where there is no peer
 * @param ratio ours / peer
 * @param rounds how many rounds each median is of
 */
@JsonPropertyOrder({"name", "unit", "ours", "peer", "ratio", "rounds"})
record Row(
        String name,
        String unit,
        double ours,
        Optional<Double> peer,
        Optional<Double> ratio,
        int rounds) {

    static Row of(String name, String unit, Rounds rounds) {
        double ours = Rounds.median(rounds.ours());
        Optional<Double> peer =
                rounds.peer().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Rounds.median(rounds.peer()));
        return new Row(
                name,
                unit,
                rounded(ours),
                peer.map(Row::rounded),
                peer.map(value -> rounded(ours / value)),
                rounds.ours().size());
    }

    /** Three decimals: more would claim a precision that no round has. */
    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
