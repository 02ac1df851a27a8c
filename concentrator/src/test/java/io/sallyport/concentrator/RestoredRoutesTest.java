package io.sallyport.concentrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.concentrator.reconcile.BlackholeRoutes;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class RestoredRoutesTest {
    private static final DesiredState TWO_TUNNELS =
            Desired.state(3, Desired.tunnel(1), Desired.tunnel(2));

    private final KnownRoutes kernel = new KnownRoutes();
    private StateDirectory state;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        state = StateDirectory.open(directory.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void everyNetworkOfEveryBranchHasARoute() throws IOException {
        state.store("desired.json", WireJson.encode(TWO_TUNNELS));

        int restored = RestoredRoutes.restore(state, kernel);

        assertThat(kernel.present).isEqualTo(TWO_TUNNELS.networksOfBranches());
        assertThat(restored).isEqualTo(kernel.present.size()).isGreaterThan(2);
    }

    @Test
    void onlyWhatIsMissingIsAddedAndNothingIsTakenAway() throws IOException {
        state.store("desired.json", WireJson.encode(TWO_TUNNELS));
        IpNetwork other = IpNetwork.parse("10.99.0.0/16");
        kernel.present.addAll(Desired.tunnel(1).remoteNetworks());
        kernel.present.add(other);

        RestoredRoutes.restore(state, kernel);

        assertThat(kernel.present).containsAll(TWO_TUNNELS.networksOfBranches()).contains(other);
        assertThat(kernel.added)
                .containsExactlyInAnyOrderElementsOf(Desired.tunnel(2).remoteNetworks());
        RestoredRoutes.restore(state, kernel);
        assertThat(kernel.changes).isOne();
    }

    @Test
    void aNodeThatNeverHadAStateHasNoRoutes() throws IOException {
        assertThat(RestoredRoutes.restore(state, kernel)).isZero();
        assertThat(kernel.changes).isZero();
    }

    /** The process takes it for no state and fetches another; here nobody would notice. */
    @Test
    void aStateThatCannotBeReadIsAnError() throws IOException {
        state.store("desired.json", "{\"version\":".getBytes(UTF_8));

        assertThatThrownBy(() -> RestoredRoutes.restore(state, kernel))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stored desired state cannot be read");
    }

    private static final class KnownRoutes implements BlackholeRoutes {
        private final Set<IpNetwork> present = new HashSet<>();
        private final List<IpNetwork> added = new ArrayList<>();
        private int changes;

        @Override
        public Set<IpNetwork> list() {
            return Set.copyOf(present);
        }

        @Override
        public void change(Set<IpNetwork> add, Set<IpNetwork> remove) {
            changes++;
            added.addAll(add);
            present.addAll(add);
            present.removeAll(remove);
        }
    }
}
