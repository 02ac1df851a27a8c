package io.sallyport.gateway.provisioner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.sallyport.gateway.login.LoginUnavailable;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import javax.net.ssl.SSLContext;

/**
 * Asks who may log in as the gateway does, of a stand-in for the provisioner on loopback that lets
 * everybody in. For the training of an AOT cache.
 */
public final class LoginsTraining {
    private static final String PATH = "/internal/v1/logins";

    private LoginsTraining() {}

    /**
     * Asks so many times, one after the other over a connection that stays; blocks.
     *
     * @param tls trusts what it shows, and shows a certificate for 127.0.0.1
     * @throws IOException if one is not decided
     */
    public static void run(SSLContext tls, Clock clock, int logins) throws IOException {
        byte[] accepted = WireJson.encode(accepted(clock));
        HttpsServer standIn =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        standIn.setHttpsConfigurator(new HttpsConfigurator(tls));
        standIn.createContext(PATH, exchange -> answer(exchange, accepted));
        standIn.start();
        try (ProvisionerConnection connection = new ProvisionerConnection(tls)) {
            Logins asked =
                    new Logins(
                            connection,
                            URI.create(
                                    "https://127.0.0.1:" + standIn.getAddress().getPort() + PATH));
            for (int i = 0; i < logins; i++) {
                LoginDecision _ = asked.decide(request());
            }
        } catch (LoginUnavailable e) {
            throw new IOException("a login of our own was not decided", e);
        } finally {
            standIn.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static LoginRequest request() {
        return new LoginRequest(
                "training",
                Optional.of("training"),
                Optional.of("training"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                IpAddress.parse("192.0.2.1"),
                Optional.of("Open AnyConnect VPN Agent v9.01"));
    }

    private static LoginDecision.Accepted accepted(Clock clock) {
        GroupPolicy group =
                new GroupPolicy(
                        "training",
                        "Training",
                        Set.of(Factor.PASSWORD),
                        List.of(IpNetwork.parse("192.0.2.0/24")),
                        List.of(),
                        List.of(IpAddress.parse("192.0.2.53")),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        90,
                        300,
                        1_800,
                        86_400,
                        86_400,
                        List.of(),
                        0,
                        0,
                        0);
        return new LoginDecision.Accepted(
                new LoginGrant(
                        new SessionId("0".repeat(32)),
                        new UUID(0, 0),
                        "training",
                        group,
                        clock.instant().plus(Duration.ofHours(1))));
    }
}
