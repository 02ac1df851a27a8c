package io.sallyport.concentrator.reconcile;

import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.concentrator.reconcile.Action.AddRoutes;
import io.sallyport.concentrator.reconcile.Action.FlushRevocationLists;
import io.sallyport.concentrator.reconcile.Action.LoadAuthority;
import io.sallyport.concentrator.reconcile.Action.LoadConnection;
import io.sallyport.concentrator.reconcile.Action.LoadKey;
import io.sallyport.concentrator.reconcile.Action.LoadRevocationList;
import io.sallyport.concentrator.reconcile.Action.RemoveRoutes;
import io.sallyport.concentrator.reconcile.Action.TerminateSas;
import io.sallyport.concentrator.reconcile.Action.UnloadAuthority;
import io.sallyport.concentrator.reconcile.Action.UnloadConnection;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.Revocation;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class PlannerTest {
    private final ModelCharon charon = new ModelCharon();

    @Test
    void closesTheWayForClearTextFirstAndLoadsConnectionsLast() {
        assertThat(kinds(plan(state(1, tunnel(1)))))
                .containsExactly(
                        AddRoutes.class,
                        LoadKey.class,
                        LoadAuthority.class,
                        LoadAuthority.class,
                        FlushRevocationLists.class,
                        LoadRevocationList.class,
                        LoadConnection.class);
    }

    @Test
    void doesNothingWhenNothingDiffers() {
        charon.execute(plan(state(1, tunnel(1), tunnel(2))));
        assertThat(plan(state(2, tunnel(1), tunnel(2)))).isEmpty();
    }

    @Test
    void touchesOnlyTheNewTunnel() {
        charon.execute(plan(state(1, tunnel(1))));
        assertThat(kinds(plan(state(2, tunnel(1), tunnel(2)))))
                .containsExactly(AddRoutes.class, LoadConnection.class);
    }

    @Test
    void endsTheSaOfAChangedConnectionAndOfNoOther() {
        charon.execute(plan(state(1, tunnel(1), tunnel(2))));
        List<Action> plan = plan(state(2, tunnel(1, Duration.ofHours(2)), tunnel(2)));
        assertThat(kinds(plan)).containsExactly(LoadConnection.class, TerminateSas.class);
        assertThat(plan).contains(new TerminateSas(tunnel(1).connectionName(), Planner.CHANGED));
    }

    @Test
    void loadsConnectionsForAnotherIssuerAndEndsNoSa() {
        charon.execute(plan(state(1, tunnel(1))));
        List<Action> plan = plan(withNext(state(2, tunnel(1))));
        assertThat(kinds(plan))
                .containsExactly(
                        LoadAuthority.class,
                        FlushRevocationLists.class,
                        LoadRevocationList.class,
                        LoadConnection.class);
        charon.execute(plan);
        assertThat(plan(withNext(state(3, tunnel(1))))).isEmpty();
        // Withdrawn again: who authenticated with a certificate of it stays until it does so anew.
        assertThat(kinds(plan(state(4, tunnel(1)))))
                .containsExactly(LoadConnection.class, UnloadAuthority.class);
        // A change of the tunnel beside it ends the SA as ever.
        assertThat(kinds(plan(state(5, tunnel(1, Duration.ofHours(2))))))
                .contains(TerminateSas.class);
    }

    @Test
    void knowsNothingOfADigestOfAnEarlierVersionAndEndsNoSa() {
        charon.execute(plan(state(1, tunnel(1))));
        charon.loaded.connections().put(tunnel(1).connectionName(), "0123abcd");
        assertThat(kinds(plan(state(2, tunnel(1))))).containsExactly(LoadConnection.class);
    }

    /** The same, with a second authority for sites. */
    private static DesiredState withNext(DesiredState state) {
        List<DesiredState.Authority> authorities = new ArrayList<>(state.authorities());
        authorities.add(new DesiredState.Authority("sites-0a1b2c3d", "NEXT"));
        List<DesiredState.RevocationList> lists = new ArrayList<>(state.revocationLists());
        lists.add(new DesiredState.RevocationList("sites-0a1b2c3d", 1, lists.getFirst().crlPem()));
        return new DesiredState(
                state.version(),
                state.concentrator(),
                state.local(),
                authorities,
                lists,
                state.tunnels());
    }

    @Test
    void endsTheSaOfARevokedBranchOnceWhenTheCrlIsThere() {
        charon.execute(plan(state(1, "CRL 1", tunnel(1), tunnel(2))));
        DesiredTunnel revoked = tunnel(1).revoked(new Revocation("1a", "key compromise"));
        List<Action> plan = plan(state(2, "CRL 2", revoked, tunnel(2)));
        assertThat(kinds(plan))
                .containsExactly(
                        FlushRevocationLists.class,
                        LoadRevocationList.class,
                        LoadConnection.class,
                        TerminateSas.class);
        assertThat(plan)
                .contains(
                        new TerminateSas(
                                tunnel(1).connectionName(),
                                "the branch's certificate was revoked: key compromise"));
        charon.execute(plan);
        assertThat(plan(state(3, "CRL 2", revoked, tunnel(2)))).isEmpty();
        DesiredTunnel again = tunnel(1).revoked(new Revocation("2b", "unspecified"));
        assertThat(kinds(plan(state(4, "CRL 2", again, tunnel(2)))))
                .containsExactly(LoadConnection.class, TerminateSas.class);
    }

    @Test
    void endsTheSaOfARevokedBranchThatAFormerProcessLeft() {
        charon.execute(plan(state(1, tunnel(1))));
        charon.loaded.connections().put(tunnel(1).connectionName(), Loaded.UNKNOWN_DIGEST);
        assertThat(kinds(plan(state(2, tunnel(1).revoked(new Revocation("1a", "unspecified"))))))
                .containsExactly(LoadConnection.class, TerminateSas.class);
    }

    @Test
    void opensTheWayOnlyAfterTheSaHasEnded() {
        charon.execute(plan(state(1, tunnel(1))));
        assertThat(kinds(plan(state(2))))
                .containsExactly(UnloadConnection.class, TerminateSas.class, RemoveRoutes.class);
    }

    @Test
    void flushesBeforeItLoadsANewCrl() {
        charon.execute(plan(state(1, "CRL 1", tunnel(1))));
        assertThat(kinds(plan(state(2, "CRL 2", tunnel(1)))))
                .containsExactly(FlushRevocationLists.class, LoadRevocationList.class);
    }

    @Test
    void endsSasThatNobodyOrderedAndLeavesForeignOnesAlone() {
        List<Action> plan =
                Planner.plan(target(state(1)), charon.loaded, Set.of("tunnel-stray", "operators"));
        assertThat(plan).contains(new TerminateSas("tunnel-stray", Planner.NOT_ORDERED));
        assertThat(plan).noneMatch(action -> action.toString().contains("operators"));
    }

    @Test
    void reloadsAConnectionThatAFormerProcessLeftWithoutEndingItsSa() {
        charon.execute(plan(state(1)));
        charon.loaded.connections().put(tunnel(1).connectionName(), Loaded.UNKNOWN_DIGEST);
        assertThat(kinds(plan(state(2, tunnel(1)))))
                .containsExactly(AddRoutes.class, LoadConnection.class);
    }

    @Test
    void endsAnOutdatedSaThatAnInterruptedPassLeft() {
        charon.execute(plan(state(1, tunnel(1))));
        charon.loaded.outdated().add(tunnel(1).connectionName());
        assertThat(kinds(plan(state(1, tunnel(1))))).containsExactly(TerminateSas.class);
    }

    private List<Action> plan(DesiredState desired) {
        List<Action> plan = new ArrayList<>(Planner.closing(target(desired), charon.loaded));
        plan.addAll(Planner.plan(target(desired), charon.loaded, charon.liveNames()));
        return plan;
    }

    static Target target(DesiredState desired) {
        return Target.of(desired, ModelCharon.NODE);
    }

    private static List<Class<?>> kinds(List<Action> plan) {
        return plan.stream().<Class<?>>map(Object::getClass).toList();
    }
}
