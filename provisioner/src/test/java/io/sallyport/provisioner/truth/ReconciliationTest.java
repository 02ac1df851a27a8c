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

    @Test
    void isFalseFromTheBeginningOfAReportThatDoesNotListTheTunnel() {
        ObservationReport report = report(List.of(), List.of());

        assertThat(new Reconciliation(true, at(90)).without(report, TUNNEL, Truth.CARRYING))
                .extracting(ReconciliationTest::text)
                .containsExactly("100-");
        assertThat(new Reconciliation(true, at(106)).without(report, TUNNEL, Truth.CARRYING))
                .extracting(ReconciliationTest::text)
                .containsExactly("106-");
        assertThat(new Reconciliation(false, at(90)).without(report, TUNNEL, Truth.CARRYING))
                .isEmpty();
    }

    @Test
    void keepsChangesWithinTheReportAndNotBeforeWhatIsKnown() {
        assertThat(reconcile(false, 90, false, "99+", '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("100+");
        assertThat(reconcile(false, 90, false, "111+", '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("110+");
        assertThat(reconcile(false, 106, false, "103+", '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("106+");
        assertThat(reconcile(false, 120, false, "103+ 104-", '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("120+", "120-", "120+");
    }

    @Test
    void putsChangesInOrder() {
        assertThat(reconcile(true, 90, false, "107+ 103-", '+'))
                .extracting(ReconciliationTest::text)
                .containsExactly("103-", "107+");
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
        return new Reconciliation(known, at(since))
                .with(report(List.of(tunnel), told), gap, tunnel, Truth.CARRYING, told);
    }

    private static ObservationReport report(
            List<TunnelObservation> tunnels, List<TruthChange> told) {
        return new ObservationReport(
                UUID.randomUUID(),
                1,
                at(100),
                at(110),
                1,
                new Charon(CharonState.RUNNING, Optional.empty(), EspMode.UNKNOWN, at(100)),
                tunnels,
                told);
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
