package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.login.Groups;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.GroupPolicy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a real client said ({@link OpenconnectRecorder}) still gets the answers that it liked. */
class RecordedExchangesTest {
    private static final Pattern MARK =
            Pattern.compile("^(>>>|<<<|=== connection.*)\\n", Pattern.MULTILINE);

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "login-password",
                "wrong-then-right",
                "wrong-three-times",
                "group-and-token",
                "group-url-challenge",
                "form-mode-challenge",
                "form-mode-token",
                "certificate-only",
                "certificate-missing",
                "certificate-and-password",
                "tunnel"
            })
    void answersAsRecorded(String name) throws Exception {
        String file = resource(name + ".txt");
        try (LoopbackGateway gateway = new LoopbackGateway(groups(file))) {
            gateway.authority.anyOneTimePassword = true;
            LoopbackGateway.Client client = null;
            for (Block block : blocks(file)) {
                switch (block.mark()) {
                    case ">>>" -> client.send(octets(block.text()));
                    case "<<<" ->
                            assertThat(client.reply())
                                    .as("reply in %s", name)
                                    .isEqualTo(octets(block.text()));
                    default -> {
                        gateway.certificate.set(
                                block.mark().endsWith("certificate")
                                        ? certificate()
                                        : new ClientCertificate.None());
                        client = gateway.connect();
                    }
                }
            }
        }
    }

    private record Block(String mark, String text) {}

    private static List<Block> blocks(String file) {
        List<Block> blocks = new ArrayList<>();
        var marks = MARK.matcher(file);
        while (marks.find()) {
            int from = marks.end();
            String mark = marks.group(1);
            var next = MARK.matcher(file);
            int to = next.find(from) ? next.start() : file.length();
            blocks.add(new Block(mark, file.substring(from, to)));
        }
        return blocks;
    }

    /** Lines of a header end with CR LF; the body is as long as the header says. */
    private static String octets(String text) {
        int end = text.indexOf("\n\n");
        String header = text.substring(0, end + 2).replace("\n", "\r\n");
        int length =
                text.lines()
                        .filter(line -> line.startsWith("Content-Length: "))
                        .mapToInt(line -> Integer.parseInt(line.substring(16)))
                        .findFirst()
                        .orElse(0);
        byte[] body = text.substring(end + 2).getBytes(StandardCharsets.UTF_8);
        return header + new String(body, 0, length, StandardCharsets.UTF_8);
    }

    private static GroupPolicy[] groups(String file) {
        List<GroupPolicy> known =
                List.of(Groups.STAFF, Groups.ADMINS, Groups.DEVICES, Groups.VAULT);
        String names = file.lines().filter(line -> line.startsWith("# groups: ")).findFirst().get();
        return Pattern.compile(",")
                .splitAsStream(names.substring(10))
                .flatMap(name -> known.stream().filter(group -> group.name().equals(name)))
                .toArray(GroupPolicy[]::new);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                RecordedExchangesTest.class.getResourceAsStream("/openconnect-9.01/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ClientCertificate certificate() throws IOException, CertificateException {
        try (InputStream in =
                RecordedExchangesTest.class.getResourceAsStream("/openconnect-9.01/client.pem")) {
            return new ClientCertificate.Verified(
                    List.of(
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(in)));
        }
    }
}
