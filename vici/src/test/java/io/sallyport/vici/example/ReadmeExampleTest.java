package io.sallyport.vici.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.vici.Charon;
import io.sallyport.vici.FakeCharon;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciCommandException;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciSession;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The README's example compiles, outside the package, and does what it says. */
class ReadmeExampleTest {
    private static final ViciMessage SUCCESS = ViciMessage.builder().put("success", true).build();

    private static void example(Path socket, Consumer<String> out) throws IOException {
        // README begins
        try (ViciSession session = new ViciSession(socket)) {
            Charon charon = new Charon(session, Charon.Limits.DEFAULT);
            ViciMessage definition =
                    ViciMessage.builder()
                            .put("version", 2)
                            .list("remote_addrs", List.of("192.0.2.2"))
                            .section(
                                    "local", local -> local.put("auth", "psk").put("id", "hub.lab"))
                            .section("remote", remote -> remote.put("auth", "psk"))
                            .section(
                                    "children",
                                    children ->
                                            children.section(
                                                    "lan",
                                                    lan ->
                                                            lan.list(
                                                                    "local_ts",
                                                                    List.of("10.0.0.0/24"))))
                            .build();
            charon.loadConnection("br1", definition);
            charon.initiate("br1", "lan", Duration.ofSeconds(5), line -> out.accept(line.text()));
            charon.listSas(SaSelector.ike("br1"), sa -> out.accept(sa.name() + " " + sa.state()));
        } catch (ViciCommandException e) {
            out.accept(e.command() + ": " + e.charonMessage());
        }
        // README ends
    }

    @Test
    void doesWhatItSays(@TempDir Path directory) throws Exception {
        List<String> out = new ArrayList<>();
        try (FakeCharon fake =
                new FakeCharon(directory.resolve("charon.vici"))
                        .answer("load-conn", SUCCESS)
                        .refuse("initiate", "CHILD_SA config 'lan' not found")) {
            example(fake.socket(), out::add);
        }
        assertThat(out).containsExactly("initiate: CHILD_SA config 'lan' not found");
    }

    @Test
    void standsInTheReadmeAsItIsHere() throws Exception {
        String source =
                Files.readString(
                        Path.of("src/test/java/io/sallyport/vici/example/ReadmeExampleTest.java"));
        String example =
                source.substring(
                                source.indexOf("// README begins\n")
                                        + "// README begins\n".length(),
                                source.indexOf("        // README ends"))
                        .stripTrailing()
                        .stripIndent();
        assertThat(Files.readString(Path.of("README.md")))
                .contains("```java\n" + example + "\n```");
    }
}
