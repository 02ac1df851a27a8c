package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.cstp.PreLoginLimits;
import io.sallyport.gateway.datapath.PreLoginDatagrams;
import io.sallyport.gateway.http.RequestHeader;
import io.sallyport.gateway.http.RequestKind;
import io.sallyport.gateway.http.RequestReader;
import io.sallyport.gateway.listener.AcceptLimits;
import io.sallyport.gateway.login.PreLoginParsers;
import io.sallyport.gateway.tls.PreLoginHandshakes;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that somebody without a login can reach is in pre-login-surface.txt, which people
 * review. When the code allows something else, this test fails and shows what the file would have
 * to say.
 */
class PreLoginSurfaceTest {

    @Test
    void theFileSaysWhatTheCodeAllows() throws Exception {
        assertThat(Files.readString(Path.of("pre-login-surface.txt"))).isEqualTo(surface());
    }

    private static String surface() throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add("# What can be reached without a login, from the code's own tables.");
        lines.add("# PreLoginSurfaceTest compares; a change of this file is a change for review.");
        lines.add("");
        lines.add("connections (TCP)");
        AcceptLimits places = GatewayService.acceptLimits();
        lines.add("  before they are tunnels %d".formatted(places.most()));
        lines.add("  from a source (IPv4 address, IPv6 /56) %d".formatted(places.mostOfSource()));
        lines.add(
                "  for the handshake, seconds %d".formatted(GatewayService.HANDSHAKE.toSeconds()));
        lines.add("");
        lines.add("TLS");
        lines.addAll(PreLoginHandshakes.tls());
        lines.add("");
        lines.add("datagrams (UDP)");
        lines.addAll(PreLoginDatagrams.described());
        lines.add("");
        lines.add("DTLS, for who has the key of a session");
        lines.addAll(PreLoginHandshakes.dtls());
        lines.add("");
        lines.add("requests (method, target, type of the body, octets of the body at most)");
        for (RequestKind kind : RequestKind.values()) {
            lines.add(
                    "  %s %s %s %d"
                            .formatted(
                                    kind.method(),
                                    kind.target().syntax(),
                                    kind.mediaType().orElse("-"),
                                    kind.maxBody()));
        }
        lines.add("");
        lines.add("limits of a request");
        lines.add("  request line, octets %d".formatted(RequestReader.MAX_REQUEST_LINE));
        lines.add("  header field, octets %d".formatted(RequestReader.MAX_HEADER_FIELD));
        lines.add("  header fields %d".formatted(RequestReader.MAX_HEADER_FIELDS));
        lines.add("  header, octets %d".formatted(RequestReader.MAX_HEADER));
        lines.add("");
        lines.add("header fields that are read (octets of the value at most); others are skipped");
        for (RequestHeader header : RequestHeader.values()) {
            lines.add("  %s %d".formatted(header.fieldName(), header.maxLength()));
        }
        lines.add("");
        lines.add("limits of a connection");
        lines.addAll(PreLoginLimits.described());
        lines.add(
                "  attempts of a source at once %d, then one each, seconds %d"
                        .formatted(
                                GatewayService.ATTEMPTS_AT_ONCE,
                                GatewayService.ANOTHER_ATTEMPT_AFTER.toSeconds()));
        lines.add("");
        lines.add("parsers of bodies, what they read and their limits");
        lines.addAll(PreLoginParsers.described());
        lines.add("");
        return String.join("\n", lines);
    }
}
