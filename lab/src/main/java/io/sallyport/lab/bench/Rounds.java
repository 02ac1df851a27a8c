package io.sallyport.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured, round by round.
 *
 * @param ours a figure per round
 * @param peer a figure per round, or none at all
 */
record Rounds(List<Double> ours, List<Double> peer) {
    /** A round: does the work once and returns its figure. */
    @FunctionalInterface
    interface Round {
        double measure();
    }

    /**
     * Runs rounds in turn: ours, the peer's, ours, the peer's.
     *
     * @param warmUp rounds of each that are not counted
     */
    static Rounds interleaved(
            int warmUp, int counted, Round ours, Round peer, Benchmark.Progress progress) {
        List<Double> ourFigures = new ArrayList<>();
        List<Double> peerFigures = new ArrayList<>();
        for (int round = -warmUp; round < counted; round++) {
            double our = ours.measure();
            double theirs = peer.measure();
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "round %s: ours %.3f, peer %.3f",
                            round < 0 ? "(warm-up)" : Integer.toString(round + 1),
                            our,
                            theirs));
            if (round >= 0) {
                ourFigures.add(our);
                peerFigures.add(theirs);
            }
        }
        return new Rounds(List.copyOf(ourFigures), List.copyOf(peerFigures));
    }

    /** Of an even number of figures, the mean of the middle two. */
    static double median(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("no figures");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
