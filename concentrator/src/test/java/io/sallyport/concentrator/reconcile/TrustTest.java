package io.sallyport.concentrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.vici.Charon;
import io.sallyport.vici.FakeCharon;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciSession;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class TrustTest {
    /** Of the octet 1. */
    private static final String SHA_256 =
            "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";

    @TempDir Path directory;

    @Test
    void isWhatCharonLists() throws IOException {
        try (FakeCharon charon = new FakeCharon(directory.resolve("vici"));
                ViciSession session = new ViciSession(directory.resolve("vici"))) {
            charon.stream(
                    "list-certs",
                    "list-cert",
                    List.of(
                            ViciMessage.builder()
                                    .put("type", "X509")
                                    .put("flag", "CA")
                                    .put("data", new byte[] {1})
                                    .build()));
            assertThat(Trust.of(new Charon(session, Reconciler.LIMITS))).contains(Set.of(SHA_256));
        }
    }

    @Test
    void isUnknownIfCharonDoesNotSay() throws IOException {
        try (FakeCharon _ = new FakeCharon(directory.resolve("vici"));
                ViciSession session = new ViciSession(directory.resolve("vici"))) {
            assertThat(Trust.of(new Charon(session, Reconciler.LIMITS)))
                    .isEqualTo(Optional.empty());
        }
    }
}
