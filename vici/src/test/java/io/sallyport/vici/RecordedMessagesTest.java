package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.vici.ChildSa.Traffic;
import io.sallyport.vici.IkeSa.Endpoint;
import io.sallyport.vici.ViciMessage.Element;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;
import io.sallyport.vici.ViciPacket.Event;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a real charon sent, read into the typed records. */
class RecordedMessagesTest {
    @Test
    void readsEstablishedIkeSaWithItsChild() throws Exception {
        IkeSa sa = IkeSa.from(recorded("list-sa").message());

        assertThat(sa.name()).isEqualTo("br1");
        assertThat(sa.uniqueId()).isEqualTo(1);
        assertThat(sa.version()).isEqualTo(2);
        assertThat(sa.isEstablished()).isTrue();
        assertThat(sa.local()).isEqualTo(new Endpoint("192.0.2.1", 4500, "hub.lab"));
        assertThat(sa.remote()).isEqualTo(new Endpoint("192.0.2.2", 4500, "br1.lab"));
        assertThat(sa.initiator()).isFalse();
        assertThat(sa.natLocal()).isFalse();
        assertThat(sa.natRemote()).isTrue();
        assertThat(sa.proposal().orElseThrow())
                .hasToString("AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_256");
        assertThat(sa.established()).contains(Duration.ZERO);
        assertThat(sa.reauthIn()).isEmpty();

        assertThat(sa.childSas()).hasSize(1);
        ChildSa child = sa.childSas().getFirst();
        assertThat(child.name()).isEqualTo("lan");
        assertThat(child.isInstalled()).isTrue();
        assertThat(child.mode()).contains("TUNNEL");
        assertThat(child.encapsulated()).isTrue();
        assertThat(child.proposal().orElseThrow()).hasToString("AES_GCM_16-256");
        assertThat(child.in()).isEqualTo(new Traffic(0, 0, Optional.empty()));
        assertThat(child.lifetime()).isPresent();
        assertThat(child.localSelectors()).containsExactly("10.0.0.0/24");
        assertThat(child.remoteSelectors()).containsExactly("10.1.1.0/24");
    }

    @Test
    void readsHalfOpenIkeSaThatLacksMostKeys() throws Exception {
        IkeSa sa = IkeSa.from(recorded("list-sa-half-open").message());

        assertThat(sa.state()).isEqualTo("CONNECTING");
        assertThat(sa.isEstablished()).isFalse();
        assertThat(sa.remote().id()).isEqualTo("%any");
        assertThat(sa.proposal()).isEmpty();
        assertThat(sa.established()).isEmpty();
        assertThat(sa.tasksActive()).contains("IKE_INIT", "CHILD_CREATE");
        assertThat(sa.childSas()).isEmpty();
    }

    @Test
    void tellsUpFromDown() throws Exception {
        assertThat(event("ike-updown-up"))
                .isInstanceOfSatisfying(
                        ViciEvent.IkeUpdown.class, event -> assertThat(event.up()).isTrue());
        assertThat(event("ike-updown-down"))
                .isInstanceOfSatisfying(
                        ViciEvent.IkeUpdown.class,
                        event -> {
                            assertThat(event.up()).isFalse();
                            assertThat(event.ikeSa().name()).isEqualTo("br1");
                        });
        assertThat(event("child-updown-up"))
                .isInstanceOfSatisfying(
                        ViciEvent.ChildUpdown.class,
                        event -> {
                            assertThat(event.up()).isTrue();
                            assertThat(event.childSa().name()).isEqualTo("lan");
                        });
        assertThat(event("child-updown-down"))
                .isInstanceOfSatisfying(
                        ViciEvent.ChildUpdown.class, event -> assertThat(event.up()).isFalse());
    }

    @Test
    void readsBothSidesOfRekeying() throws Exception {
        assertThat(event("ike-rekey"))
                .isInstanceOfSatisfying(
                        ViciEvent.IkeRekey.class,
                        event -> {
                            assertThat(event.old().uniqueId()).isEqualTo(1);
                            assertThat(event.replacement().uniqueId()).isEqualTo(2);
                        });
        assertThat(event("child-rekey"))
                .isInstanceOfSatisfying(
                        ViciEvent.ChildRekey.class,
                        event -> {
                            assertThat(event.ikeSa().name()).isEqualTo("br1");
                            assertThat(event.old().state()).isEqualTo("REKEYED");
                            assertThat(event.old().uniqueId()).isEqualTo(1);
                            assertThat(event.replacement().uniqueId()).isEqualTo(2);
                            assertThat(event.replacement().name()).isEqualTo("lan");
                        });
    }

    @Test
    void readsWhereAnIkeSaMoves() throws Exception {
        assertThat(event("ike-update"))
                .isInstanceOfSatisfying(
                        ViciEvent.IkeUpdate.class,
                        event -> {
                            assertThat(event.ikeSa().name()).isEqualTo(IkeSa.UNNAMED);
                            assertThat(event.ikeSa().remote().port()).isEqualTo(500);
                            assertThat(event.remotePort()).isEqualTo(4500);
                            assertThat(event.remoteHost()).isEqualTo("192.0.2.2");
                        });
    }

    @Test
    void readsLoadedConnection() throws Exception {
        LoadedConnection connection = LoadedConnection.from(recorded("list-conn").message());

        assertThat(connection.name()).isEqualTo("br1");
        assertThat(connection.version()).isEqualTo("IKEv2");
        assertThat(connection.remoteAddresses()).containsExactly("192.0.2.2");
        assertThat(connection.remote()).hasSize(1);
        assertThat(connection.remote().getFirst().id()).contains("br1.lab");
        assertThat(connection.children())
                .containsExactly(
                        new LoadedConnection.Child(
                                "lan", "TUNNEL", List.of("10.0.0.0/24"), List.of("10.1.1.0/24")));
    }

    @Test
    void takesConnectionNamedLikeKeyForConnection() throws Exception {
        Section sa = recorded("ike-updown-up").message().sections().getFirst();
        ViciMessage down = ViciMessage.of(List.of(new Section("up", sa.content())));

        assertThat(ViciEvent.from("ike-updown", down))
                .isInstanceOfSatisfying(
                        ViciEvent.IkeUpdown.class,
                        event -> {
                            assertThat(event.up()).isFalse();
                            assertThat(event.ikeSa().name()).isEqualTo("up");
                        });
    }

    @Test
    void passesOnEventWithoutTypeOfItsOwn() throws Exception {
        ViciMessage message = ViciMessage.builder().put("type", "peer-auth-failed").build();

        assertThat(ViciEvent.from("alert", message))
                .isEqualTo(new ViciEvent.Other("alert", message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniqueid", "version", "state", "local-host", "remote-id"})
    void refusesIkeSaWithout(String key) throws Exception {
        ViciMessage without = withKey(recorded("list-sa").message(), key, Optional.empty());

        assertThatThrownBy(() -> IkeSa.from(without))
                .isInstanceOf(ViciProtocolException.class)
                .hasMessageContaining("expected " + key + " in br1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1.0", "99999999999999999999"})
    void refusesIkeSaWithUniqueId(String text) throws Exception {
        ViciMessage wrong = withKey(recorded("list-sa").message(), "uniqueid", Optional.of(text));

        assertThatThrownBy(() -> IkeSa.from(wrong))
                .isInstanceOf(ViciProtocolException.class)
                .hasMessageContaining("came '" + text + "'");
    }

    @Test
    void readsTimeThatCharonPrintedUnsigned() throws Exception {
        ViciMessage ahead = ViciMessage.builder().put("use-in", "18446744073709551615").build();

        assertThat(new MessageReader("lan-1", ahead).seconds("use-in"))
                .contains(Duration.ofSeconds(-1));
    }

    private static ViciMessage withKey(ViciMessage message, String key, Optional<String> value) {
        Section sa = message.sections().getFirst();
        List<Element> elements =
                sa.content().elements().stream()
                        .filter(element -> value.isPresent() || !element.name().equals(key))
                        .map(
                                element ->
                                        element.name().equals(key)
                                                ? new KeyValue(key, ViciValue.of(value.get()))
                                                : element)
                        .toList();
        return ViciMessage.of(List.of(new Section(sa.name(), ViciMessage.of(elements))));
    }

    private static ViciEvent event(String recording) throws IOException {
        Event event = recorded(recording);
        return ViciEvent.from(event.name(), event.message());
    }

    static Event recorded(String name) throws IOException {
        try (InputStream in =
                RecordedMessagesTest.class.getResourceAsStream("/vici/recorded.csv")) {
            String file = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            String line =
                    file.lines()
                            .filter(each -> each.startsWith(name + " |"))
                            .findFirst()
                            .orElseThrow();
            String hex = line.substring(line.indexOf('|') + 1);
            return (Event) ViciCodec.decode(Octets.octets(hex));
        }
    }
}
