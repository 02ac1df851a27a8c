package io.sallyport.concentrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.concentrator.Desired;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class PlannerPropertyTest {
    /** Whatever was ordered before, with branches connected or not: one plan leads to the end. */
    @Property(tries = 300)
    void onePlanMakesCharonEqualToTheDesiredState(@ForAll("histories") List<Step> history) {
        ModelCharon charon = new ModelCharon();
        for (Step step : history) {
            Target target = Target.of(step.desired(), ModelCharon.NODE);
            charon.execute(Planner.closing(target, charon.loaded));
            charon.execute(Planner.plan(target, charon.loaded, charon.liveNames()));

            assertThat(charon.loaded.connections()).isEqualTo(digests(target));
            assertThat(charon.loaded.routes()).isEqualTo(target.networks());
            assertThat(charon.loaded.authorities().keySet())
                    .isEqualTo(target.authorities().keySet());
            // No SA of a tunnel nobody orders, none that stands on an older configuration.
            assertThat(digests(target)).containsAllEntriesOf(charon.sas);
            assertThat(Planner.plan(target, charon.loaded, charon.liveNames())).isEmpty();
            if (step.branchesConnect()) {
                charon.branchesConnect();
            }
        }
    }

    record Step(DesiredState desired, boolean branchesConnect) {}

    private static Map<String, String> digests(Target target) {
        return target.connections().values().stream()
                .collect(Collectors.toMap(Target.Connection::name, Target.Connection::digest));
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<DesiredTunnel> tunnel =
                Combinators.combine(Arbitraries.integers().between(1, 6), Arbitraries.of(1, 2))
                        .as((number, hours) -> Desired.tunnel(number, Duration.ofHours(hours)));
        Arbitrary<DesiredState> state =
                Combinators.combine(
                                tunnel.list().uniqueElements(DesiredTunnel::id).ofMaxSize(6),
                                Arbitraries.of("CRL 1", "CRL 2"))
                        .as(
                                (tunnels, crl) ->
                                        Desired.state(
                                                1, crl, tunnels.toArray(DesiredTunnel[]::new)));
        return Combinators.combine(state, Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }
}
