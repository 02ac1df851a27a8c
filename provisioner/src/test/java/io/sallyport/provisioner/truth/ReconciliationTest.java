package io.sallyport.provisioner.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

class ReconciliationTest {
    private static final UUID TUNNEL = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");

    @ParameterizedTest(name = "known {0}, gap {1}, changes {2}, present {3}")
    @CsvFileSource(resources = "/truth/reconciliation.csv")
    void writesDownWhatMustHaveHappened(
            char known, String gap, String changes, char present, String written) {
        List<TruthChange> real = reconcile(known == '+', 90, gap.equals("yes"), changes, present);

        assertThat(real).extracting(ReconciliationTest::text).isEqualTo(words(written));
    }

    @Test
    void datesNothingBeforeTheTunnelWasOrdered() {
        assertThat(reconcile(false, 106, true, null, '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("106+");
    }

    private static List<TruthChange> reconcile(
            boolean known, int since, boolean gap, String changes, char present) {
        List<TruthChange> told = words(changes).stream().map(ReconciliationTest::change).toList();
        var tunnel =
                new TunnelObservation(
                        TUNNEL,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        present == '+',
                        Optional.empty());
        var report =
                new ObservationReport(
                        UUID.randomUUID(),
                        1,
                        at(100),
                        at(110),
                        1,
                        new Charon(CharonState.RUNNING, Optional.empty(), EspMode.UNKNOWN, at(100)),
                        List.of(tunnel),
                        told);
        return new Reconciliation(known, at(since)).with(report, gap, tunnel, Truth.CARRYING, told);
    }

    private static TruthChange change(String text) {
        return new TruthChange(
                TUNNEL,
                Truth.CARRYING,
                text.endsWith("+"),
                at(Integer.parseInt(text.substring(0, text.length() - 1))),
                "because");
    }

    private static String text(TruthChange change) {
        return change.at().getEpochSecond() + (change.holds() ? "+" : "-");
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" ", -1));
    }
}
