package io.sallyport.gateway.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.cstp.ConnectionListener.ConnectOutcome;
import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.login.FakeAuthority;
import io.sallyport.gateway.login.Groups;
import io.sallyport.gateway.login.LoginOutcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The handler from outside: octets in, octets out, over a socket. */
class ConnectionHandlerTest {
    private static final String PAGE = "GET / HTTP/1.1\r\n\r\n";
    private static final String CONNECT =
            "CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\nCookie: webvpn=%s\r\n\r\n";

    private LoopbackGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new LoopbackGateway(Groups.STAFF);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void logsInAndBecomesATunnel() throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(login(FakeAuthority.PASSWORD));
            assertThat(client.reply())
                    .contains("Set-Cookie: webvpn=" + FakeSessions.COOKIE.text() + ";")
                    .contains("<auth id=\"success\">");
            client.send(CONNECT.formatted(FakeSessions.COOKIE.text()));
            assertThat(client.reply()).startsWith("HTTP/1.1 200 CONNECTED\r\n");
        }
        assertThat(told()).isEqualTo(LoginOutcome.ACCEPTED);
        assertThat(told()).isEqualTo(ConnectOutcome.GRANTED);
        assertThat(gateway.sessions.starts.poll(10, TimeUnit.SECONDS)).isEqualTo("started");
    }

    @Test
    void aCookieIsEnoughOnANewConnection() throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(login(FakeAuthority.PASSWORD));
            client.reply();
        }
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(CONNECT.formatted(FakeSessions.COOKIE.text()));
            assertThat(client.reply()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "../../etc"})
    void aCookieThatOpensNothingIsRefused(String cookie) throws Exception {
        assertAnsweredAndClosed(
                CONNECT.formatted(cookie), "HTTP/1.1 401 Cookie is not acceptable\r\n");
    }

    @Test
    void aTunnelThatCannotBeIsRefusedWithItsReason() throws Exception {
        gateway.sessions.insteadOfTunnel =
                Optional.of(new ConnectDecision.Unavailable("No address is free."));

        assertThat(answerAndEnd(CONNECT.formatted(FakeSessions.COOKIE.text())))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("X-Reason: No address is free.\r\n");
        assertThat(told()).isEqualTo(ConnectOutcome.UNAVAILABLE);
    }

    @Test
    void aSessionWithoutRoomIsRefusedWithItsReason() throws Exception {
        gateway.sessions.instead =
                Optional.of(new Sessions.Opening.NoRoom("You are logged in three times."));

        assertThat(answerAndEnd(login(FakeAuthority.PASSWORD)))
                .contains("You are logged in three times.")
                .doesNotContain("Set-Cookie");
        assertThat(told()).isEqualTo(LoginOutcome.ACCEPTED);
        assertThat(told()).isEqualTo(LoginOutcome.NO_ROOM);
    }

    @Test
    void aFinalRefusalEndsTheConnection() throws Exception {
        gateway.authority.unavailable = true;

        assertThat(answerAndEnd(login("a"))).contains("cannot be reached at the moment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /nobody HTTP/1.1\r\n\r\n",
                "GET /admin HTTP/1.1\r\n\r\n",
                "GET /metrics HTTP/1.1\r\n\r\n",
                "GET /sessions HTTP/1.1\r\n\r\n",
                "GET /logout HTTP/1.1\r\n\r\n",
                "GET /+CSCOT+/translation-table HTTP/1.1\r\n\r\n",
                "GET /+CSCOE+/sdesktop/token.xml HTTP/1.1\r\n\r\n",
                "GET /CACHE/sdesktop/data.xml HTTP/1.1\r\n\r\n",
                "GET /CSCOSSLC/tunnel HTTP/1.1\r\n\r\n",
                "POST /auth/../ HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "DELETE / HTTP/1.1\r\n\r\n",
                "PROPFIND / HTTP/1.1\r\n\r\n"
            })
    void anUnknownRequestIsClosedWithoutABody(String request) throws Exception {
        assertThat(answerAndEnd(request))
                .isEqualTo(
                        "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assertThat(told()).isEqualTo(RejectReason.UNKNOWN_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\u0016\u0003\u0001",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                "CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\nX-CSTP-MTU: -1\r\n\r\n"
            })
    void whatIsNoRequestIsClosedWithoutAWord(String octets) throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(octets);
            client.socket().shutdownOutput();
            assertThat(client.rest()).isEmpty();
        }
        assertThat(told()).isInstanceOf(RejectReason.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a/>",
                "<config-auth type='init'>",
                "<config-auth type='logout'/>",
                "<config-auth type='auth-reply'/>",
                "<config-auth type='auth-reply'><auth/><auth/></config-auth>",
                "<config-auth"
                        + " type='auth-reply'><auth><username>&#9;</username></auth></config-auth>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                        + "<config-auth type='init'>&x;</config-auth>",
                "{}",
                " "
            })
    void aDocumentThatIsNoneIsClosedWithoutAWord(String document) throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(xml(document));
            assertThat(client.rest()).isEmpty();
        }
        assertThat(told()).isEqualTo(RejectReason.MALFORMED_BODY);
    }

    @Test
    void aHeaderWithoutEndIsClosedEarly() throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send("GET / HTTP/1.1\r\nX: ");
            try {
                client.send("a".repeat(100_000));
            } catch (IOException _) {
                // Closed while we were sending.
            }
            assertThat(client.rest()).isEmpty();
        }
        assertThat(told()).isEqualTo(RejectReason.HEADER_FIELD_TOO_LONG);
    }

    @Test
    void thereIsNoLoginAfterALogin() throws Exception {
        for (String request : List.of(PAGE, login("a"), xml("<config-auth type='init'/>"))) {
            try (LoopbackGateway.Client client = gateway.connect()) {
                client.send(login(FakeAuthority.PASSWORD));
                client.reply();
                client.send(request);
                assertThat(client.rest()).isEmpty();
            }
            assertThat(told()).isEqualTo(LoginOutcome.ACCEPTED);
            assertThat(told()).isEqualTo(RejectReason.OUT_OF_ORDER);
        }
    }

    @Test
    void requestsWithoutEndAreCut() throws Exception {
        try (LoopbackGateway.Client client = gateway.connect()) {
            for (int i = 0; i < ConnectionLimits.DEFAULT.requests(); i++) {
                client.send(PAGE);
                assertThat(client.reply()).startsWith("HTTP/1.1 200 OK\r\n");
            }
            client.send(PAGE);
            assertThat(client.rest()).isEmpty();
        }
        assertThat(told()).isEqualTo(RejectReason.TOO_MANY_REQUESTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: a\r\n", PAGE})
    void aClientThatIsSlowIsClosed(String sent) throws Exception {
        Duration soon = Duration.ofMillis(200);
        ConnectionLimits limits = new ConnectionLimits(soon, soon, soon, soon, soon, 3);
        try (LoopbackGateway hasty = new LoopbackGateway(List.of(Groups.STAFF), limits, 10);
                LoopbackGateway.Client client = hasty.connect()) {
            client.send(sent);
            client.rest();
            assertThat(hasty.listener.told.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(RejectReason.DEADLINE);
        }
    }

    @Test
    void aClientThatSendsAnOctetNowAndThenIsClosed() throws Exception {
        Duration soon = Duration.ofMillis(300);
        Duration late = Duration.ofMinutes(1);
        ConnectionLimits limits = new ConnectionLimits(late, late, soon, late, late, 3);
        try (LoopbackGateway hasty = new LoopbackGateway(List.of(Groups.STAFF), limits, 10);
                LoopbackGateway.Client client = hasty.connect()) {
            Object told = null;
            while (told == null) {
                try {
                    client.send("G");
                } catch (IOException _) {
                    // Closed while we were sending.
                }
                told = hasty.listener.told.poll(50, TimeUnit.MILLISECONDS);
            }
            assertThat(told).isEqualTo(RejectReason.DEADLINE);
        }
    }

    @Test
    void aClientThatLeavesIsNoFault() throws Exception {
        gateway.connect().close();
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send("DELETE / HTTP/1.1\r\n\r\n");
        }
        assertThat(told()).isEqualTo(RejectReason.UNKNOWN_REQUEST);
    }

    private Object told() throws InterruptedException {
        return gateway.listener.told.poll(10, TimeUnit.SECONDS);
    }

    private void assertAnsweredAndClosed(String request, String beginning) throws IOException {
        assertThat(answerAndEnd(request)).startsWith(beginning).endsWith("\r\n\r\n");
    }

    private String answerAndEnd(String request) throws IOException {
        try (LoopbackGateway.Client client = gateway.connect()) {
            client.send(request);
            return client.rest();
        }
    }

    private static String login(String password) {
        String body =
                "username=bob&password="
                        + java.net.URLEncoder.encode(password, StandardCharsets.UTF_8);
        return post("application/x-www-form-urlencoded", body);
    }

    private static String xml(String document) {
        return post("application/xml; charset=utf-8", document);
    }

    private static String post(String type, String body) {
        return "POST / HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(type, body.getBytes(StandardCharsets.UTF_8).length, body);
    }
}
