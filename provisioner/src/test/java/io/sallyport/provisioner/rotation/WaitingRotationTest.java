package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.Awaited;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** What can be done while a rotation waits for the root's signature, and what cannot. */
class WaitingRotationTest extends LiveTunnels {
    private static final String SITE_KEYS = "{\"kind\": \"SITE_KEY\"}";
    private static final String CONCENTRATOR_KEYS = "{\"kind\": \"CONCENTRATOR_KEY\"}";
    private static final String ROOT = "{\"kind\": \"ROOT\"}";

    WaitingRotationTest() {
        super(1, 1);
    }

    @Test
    void keysAreRotatedMeanwhileAndEachGoesOnByItselfWhenItsTurnComes() throws IOException {
        Path safe = lockRootAway();
        UUID sites = waitsForCeremony(authority("SITES"));
        UUID teleworkers = waitsForCeremony(authority("TELEWORKERS"));

        UUID tunnel = tunnels.getFirst();
        UUID keys = begin(SITE_KEYS);
        Awaited.until(() -> isWished(tunnel), it -> it);
        assertThat(abort(sites).status()).isEqualTo(202);
        await(sites, "ABORTED");
        assertThat(isWished(tunnel)).as("by the other one").isTrue();
        assertRefused(post(authority("SITES")), keys, "SITE_KEY", "is under way");

        holdCeremony(safe, () -> {});
        awaitDetail(teleworkers, 1, "when rotation %s is over".formatted(keys));
        assertThat(states("TELEWORKERS")).containsExactly("CURRENT");
        restart();
        renew(tunnel);
        authenticate(tunnel, 0);
        await(keys, "DONE");
        await(teleworkers, "DONE");
        assertThat(states("TELEWORKERS")).containsExactly("CURRENT", "RETIRED");

        UUID again = begin(authority("SITES"));
        awaitWave(again, 2);
        assertRefused(post(CONCENTRATOR_KEYS), again, "ISSUING_CA of sites", "is under way");
    }

    @Test
    void whatTheRootSignsChangesInOneRotationAtATime() throws IOException {
        var _ = lockRootAway();
        UUID sites = waitsForCeremony(authority("SITES"));
        assertRefused(post(authority("SITES")), sites, "ISSUING_CA of sites", "key ceremony");
        assertRefused(post(ROOT), sites, "ISSUING_CA of sites", "abort it");
        assertThat(post("{\"kind\": \"ROOT\", \"dryRun\": true}").status()).isEqualTo(200);
        assertThat(abort(sites).status()).isEqualTo(202);
        await(sites, "ABORTED");

        UUID root = waitsForCeremony(ROOT);
        assertRefused(post(authority("SITES")), root, "ROOT", "key ceremony");
        assertRefused(post(ROOT), root, "ROOT", "key ceremony");
        newKeys(begin(CONCENTRATOR_KEYS));
    }

    private UUID waitsForCeremony(String request) {
        UUID id = begin(request);
        awaitDetail(id, 1, "key ceremony");
        return id;
    }

    private static void assertRefused(Answer answer, UUID by, String what, String why) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().get("detail").textValue())
                .contains("rotation %s (%s)".formatted(by, what))
                .contains(why);
    }
}
