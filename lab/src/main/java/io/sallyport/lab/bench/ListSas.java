package io.sallyport.lab.bench;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.vici.ListSasBenchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Lists 12,000 SAs that a fake charon streams from one Unix socket to both: our client, and
 * swanctl, which also prints them.
 */
final class ListSas implements Benchmark {
    private static final String SOCKET = "/run/charon/many.vici";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "list-sas-12000";
    }

    @Override
    public String description() {
        return "list 12,000 SAs over VICI, against swanctl --list-sas --raw; goal: at most 1000 ms";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(0, progress::say);
                ListSasBenchmark ours =
                        new ListSasBenchmark(
                                lab.concentrator().viciSocket().resolveSibling("many.vici"))) {
            Rounds rounds =
                    Rounds.interleaved(
                            5, 11, () -> ours(ours), () -> swanctl(lab.concentrator()), progress);
            return List.of(Row.of(name(), "ms", rounds));
        } catch (IOException e) {
            throw new LabException(name(), e);
        }
    }

    private static double ours(ListSasBenchmark benchmark) {
        try {
            return benchmark.round();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Timed on the host itself, so that the way into the container does not count. */
    private static double swanctl(ConcentratorHost host) {
        String nanoseconds =
                host.shell(
                        DEADLINE,
                        "b=$(date +%s%N); swanctl --list-sas --raw --uri unix://"
                                + SOCKET
                                + " | grep -c list-sa >/tmp/count; e=$(date +%s%N);"
                                + " [ $(cat /tmp/count) -ge 12000 ]; echo $((e - b))");
        return Long.parseLong(nanoseconds.strip()) / 1e6;
    }
}
