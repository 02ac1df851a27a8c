package io.sallyport.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.Pings;
import io.sallyport.lab.TeleworkerHost;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;

import java.time.Duration;
import java.util.List;

/**
 * The part of the story with a teleworker: the stock client logs in at the gateway and reaches a
 * host behind the branch's tunnel, by way of the concentrator.
 */
final class Teleworkers {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String GROUP = "staff";
    private static final String USERNAME = "ann";

    /** Three times five pings of 84 octets: with DTLS, without UDP, after the reconnect. */
    private static final long PINGED = 3 * 5 * 84;

    private final StepTable steps;
    private final Lab lab;
    private final TeleworkerHost home;
    private final LanHost branchLan;

    private ProvisionerApi customer;
    private GatewayProcess gateway;
    private Teleworker teleworker;
    private OpenConnect client;

    Teleworkers(StepTable steps, Lab lab) {
        this.steps = steps;
        this.lab = lab;
        this.home = lab.teleworker(1);
        this.branchLan = lab.branch(1).lan();
    }

    /** Starts the gateway, which warms up while the story goes on elsewhere. */
    void begin(ProvisionerProcess provisioner) {
        steps.step(
                "gateway registered and started",
                () -> {
                    customer = provisioner.customer();
                    customer.group(
                            GROUP,
                            """
                            {"name":"%s","label":"Staff","factors":["PASSWORD"],
                             "includeRoutes":["10.10.0.0/24","10.20.0.0/16"],"dpdSeconds":2}
                            """
                                    .formatted(GROUP));
                    gateway = GatewayProcess.register(lab.gateway(), provisioner);
                    gateway.start();
                    return "it enrols and warms up meanwhile";
                });
    }

    void logIn() {
        steps.step("gateway serves, without root", this::awaitGateway);
        steps.step("teleworker over the API", this::create);
        steps.step("stock openconnect, TLS alone", this::overTls);
        steps.step("the same with DTLS", this::overDtls);
        steps.step("UDP cut, goes on over TLS", this::cut);
    }

    /** Reconnects, and the end. */
    void goOn() {
        steps.step("reconnects to its address", this::reconnect);
        steps.step("teleworker says goodbye", this::leave);
    }

    private String awaitGateway() {
        gateway.awaitListening();
        gateway.awaitApplied(customer);
        String user = gateway.user();
        Expect.that(!user.equals("root"), "the gateway has given root up", user);
        return "%s, as %s".formatted(gateway.url(), user);
    }

    private String create() {
        teleworker = Teleworker.create(customer, USERNAME, false, GROUP);
        return "%s, group %s, password made and shown once".formatted(USERNAME, GROUP);
    }

    private String overTls() {
        try (OpenConnect overTls = start().with("--no-dtls").start().awaitUp(DEADLINE)) {
            return "%s; %s".formatted(reaches(), said(overTls, ".*(TLS1\\.[23]).*"));
        }
    }

    private String overDtls() {
        client = start().start().awaitUp(DEADLINE).awaitDtls(DEADLINE);
        return "%s; %s".formatted(reaches(), said(client, ".*Ciphersuite (.DTLS\\S+)\\."));
    }

    /** From the teleworker to a host behind the branch. */
    private String reaches() {
        Pings pings = home.ping(branchLan.address(), 5);
        Expect.that(pings.allReceived(), "the host behind the branch answers", pings);
        return "%d of %d to %s".formatted(pings.received(), pings.sent(), branchLan.address());
    }

    private String cut() {
        lab.internet().cutUdp(home.internetAddress());
        try {
            client.awaitLine("DTLS Dead Peer Detection detected dead peer", DEADLINE);
            home.awaitReachable(branchLan.address(), DEADLINE);
            return reaches() + " without UDP";
        } finally {
            lab.internet().restoreAll();
        }
    }

    private String reconnect() {
        String address = client.address();
        client.process().signal(Signal.USR2);
        client.awaitCalls("reconnect", 1, DEADLINE);
        String after = client.told("reconnect").get("INTERNAL_IP4_ADDRESS");
        Expect.that(address.equals(after), "the address is " + address, after);
        home.awaitReachable(branchLan.address(), DEADLINE);
        return address + ", " + reaches();
    }

    private String leave() {
        String session =
                Polling.until(
                                DEADLINE,
                                "the session at the provisioner",
                                () ->
                                        customer.get("/v1/teleworker-sessions")
                                                .expect(200)
                                                .json()
                                                .path("sessions"),
                                sessions -> sessions.size() == 1)
                        .get(0)
                        .path("id")
                        .asText();
        client.close();
        JsonNode ended =
                Polling.until(
                        DEADLINE,
                        "the end of the session at the provisioner",
                        () -> customer.get("/v1/teleworker-sessions/" + session).expect(200).json(),
                        body -> !body.path("endReason").asText("").isEmpty());
        String reason = ended.path("endReason").asText();
        Expect.that(reason.equals("LOGOUT"), "ended by LOGOUT", reason);
        for (String direction : List.of("octetsFromClient", "octetsToClient")) {
            long octets = ended.path(direction).asLong();
            Expect.that(octets >= PINGED, direction + " is at least " + PINGED, octets);
        }
        return "its session ended by %s, %s octets to the client"
                .formatted(reason, ended.path("octetsToClient").asText());
    }

    private OpenConnect.Start start() {
        return home.openConnect(gateway.url(GROUP))
                .trusting(gateway.rootPem())
                .with("--user", teleworker.username(), "--passwd-on-stdin")
                .answering(teleworker.password());
    }

    private static String said(OpenConnect client, String pattern) {
        return client.log()
                .lines()
                .filter(line -> line.matches(pattern))
                .map(line -> line.replaceFirst(pattern, "$1"))
                .findFirst()
                .orElse("");
    }
}
