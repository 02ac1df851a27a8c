package io.sallyport.lab.demo;

import static io.sallyport.lab.product.ProvisionerApi.holds;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.CountedPing;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LanHost;
import io.sallyport.lab.Pings;
import io.sallyport.lab.product.ApiAnswer;
import io.sallyport.lab.product.ConcentratorProcess;
import io.sallyport.lab.product.DeviceConfiguration;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The life of one branch tunnel, and a teleworker who uses it, step by step, on a lab that is up.
 */
final class Story {
    /**
     * So that an outage is 0.3 s. The tests look for one of 60 ms, alone on the machine; here other
     * steps are taken beside the rotation (ADR 100).
     */
    private static final int PINGS_PER_SECOND = 10;

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String BRANCH = "lyon";

    private final StepTable steps;
    private final Lab lab;
    private final Clock clock;
    private final BranchHost branch;
    private final LanHost branchLan;
    private final Teleworkers teleworkers;

    private ProvisionerProcess provisioner;
    private ConcentratorProcess concentrator;
    private ProvisionerApi customer;
    private String order;
    private String tunnel;
    private DeviceConfiguration configuration;
    private Instant carryingSince;

    Story(StepTable steps, Lab lab, Clock clock) {
        this.steps = steps;
        this.lab = lab;
        this.clock = clock;
        this.branch = lab.branch(1).gateway();
        this.branchLan = lab.branch(1).lan();
        this.teleworkers = new Teleworkers(steps, lab);
    }

    /** The provisioner, or null when the story did not come that far. */
    ProvisionerProcess provisioner() {
        return provisioner;
    }

    /** What needs no host yet. */
    void begin() {
        steps.step("provisioner starts for the first time", this::startProvisioner);
    }

    void tell() {
        steps.step("concentrator enrols and connects", this::enrolConcentrator);
        teleworkers.begin(provisioner);
        steps.step("order is accepted", this::placeOrder);
        steps.step("order is ready", this::awaitOrder);
        steps.step("device configuration on the branch", this::configureBranch);
        steps.step("security associations established", this::awaitEstablished);
        steps.step("four truths hold", this::awaitCarrying);
        try (var _ = steps.beside("issuing authority is rolled over", this::rollOver)) {
            steps.step("throughput through the tunnel", this::throughput);
            steps.step("LAN to LAN, both ways", this::ping);
            teleworkers.logIn();
        }
        try (var _ = steps.beside("branch's key is changed", this::rotateSiteKey)) {
            teleworkers.goOn();
            steps.step("key is handed out once", this::keyOnce);
            steps.step("metrics have the tunnel", this::metrics);
        }
        steps.step("charon killed, tunnel comes back", this::killCharon);
        steps.step("availability from evidence", this::availability);
        steps.step("cancelled: nothing of it is left", this::cancel);
        steps.step("its certificate is on charon's CRL", this::revoked);
        steps.step("the branch cannot come back", this::staysOut);
        steps.step("its addresses are free again", this::freed);
    }

    private String startProvisioner() {
        provisioner = ProvisionerProcess.start(lab);
        customer = provisioner.customer();
        return "API at " + provisioner.apiUrl();
    }

    private String enrolConcentrator() {
        lab.concentrator().startCharon();
        concentrator = ConcentratorProcess.register(lab.concentrator(), provisioner);
        concentrator.start();
        concentrator.awaitConnected();
        return "IKE at " + lab.concentrator().internetAddress();
    }

    private String placeOrder() {
        String idempotencyKey = UUID.randomUUID().toString();
        ApiAnswer first =
                customer.order(BRANCH, branch.protectedNetwork(), idempotencyKey).expect(202);
        order = first.json().path("id").asText();
        tunnel = first.json().path("tunnel").asText();
        ApiAnswer repeated =
                customer.order(BRANCH, branch.protectedNetwork(), idempotencyKey).expect(202);
        Expect.that(
                repeated.json().path("id").asText().equals(order),
                "a repeated order is the same order",
                repeated.json());
        return "202, order " + order;
    }

    private String awaitOrder() {
        JsonNode found = customer.awaitOrder(order, DEADLINE);
        Expect.that(
                found.path("state").asText().matches("READY|LIVE"), "the order is ready", found);
        return found.path("steps").size() + " steps, state " + found.path("state").asText();
    }

    private String configureBranch() {
        configuration = customer.deviceConfiguration(tunnel);
        Expect.that(
                configuration.withKey(),
                "the first answer has the key",
                configuration.files().size());
        branch.apply(configuration.files());
        return configuration.files().size() + " files";
    }

    private String awaitEstablished() {
        branch.awaitChild("lan", DEADLINE);
        JsonNode found =
                customer.awaitTunnel(
                        tunnel, DEADLINE, seen -> holds(seen, "established").equals("YES"));
        JsonNode sa = found.path("securityAssociation");
        return "%s from %s"
                .formatted(sa.path("ikeAlgorithms").asText(), sa.path("remoteAddress").asText());
    }

    private String awaitCarrying() {
        customer.awaitCarrying(tunnel, DEADLINE);
        carryingSince = clock.instant();
        return "ordered, loaded, established, carrying";
    }

    private String ping() {
        LanHost far = lab.concentratorLan();
        Pings out = branchLan.ping(far.address(), 5);
        Pings back = far.ping(branchLan.address(), 5);
        Expect.that(out.allReceived() && back.allReceived(), "no ping is lost", out + " " + back);
        return "%d of %d and %d of %d"
                .formatted(out.received(), out.sent(), back.received(), back.sent());
    }

    private String throughput() {
        double mbits = branchLan.throughputTo(lab.concentratorLan(), 2);
        Expect.that(mbits > 1, "TCP passes", mbits);
        return String.format(Locale.ROOT, "%.0f Mbit/s, user-space ESP", mbits);
    }

    private String keyOnce() {
        DeviceConfiguration again = customer.deviceConfiguration(tunnel);
        Expect.that(!again.withKey(), "the second answer has no key", again.files().size());
        return "the second answer has %d files and no key".formatted(again.files().size());
    }

    private String metrics() {
        String carrying =
                provisioner
                        .operator()
                        .get("/metrics")
                        .expect(200)
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("sallyport_tunnel_carrying{"))
                        .filter(line -> line.contains(tunnel))
                        .findFirst()
                        .orElse("nothing");
        Expect.that(carrying.matches(".*\\} 1(\\.0)?( .*)?"), "the tunnel is carrying", carrying);
        return "sallyport_tunnel_carrying 1";
    }

    private String rotateSiteKey() {
        return rotate("{\"kind\":\"SITE_KEY\"}", "/waves/0");
    }

    private String rollOver() {
        return rotate("{\"kind\":\"ISSUING_CA\",\"purpose\":\"SITES\"}", "/waves/5");
    }

    /**
     * Under ping. The branch's timer asks every hour; here its script runs at once.
     *
     * @param wave in which the branch is asked to renew
     */
    private String rotate(String request, String wave) {
        CountedPing pinging =
                lab.concentratorLan().beginCounting(branchLan.address(), PINGS_PER_SECOND);
        String id =
                provisioner
                        .operator()
                        .post("/v1/rotations", request, Map.of())
                        .expect(201)
                        .json()
                        .path("id")
                        .asText();
        awaitRotation(id, it -> it.at(wave + "/targets/0/state").asText().equals("RUNNING"));
        branch.run(DEADLINE, "sh", "/etc/sallyport/renew.sh");
        JsonNode over =
                awaitRotation(id, it -> !it.path("state").asText().matches("RUNNING|STOPPED"));
        Pings seen = pinging.end();
        Expect.that(over.path("state").asText().equals("DONE"), "the rotation is done", over);
        Expect.that(!seen.showOutage(), "there is no outage", seen);
        return "no outage; %d of %d pings; %s lost by its own count"
                .formatted(seen.received(), seen.sent(), over.path("lostPackets").asText());
    }

    private JsonNode awaitRotation(String id, Predicate<JsonNode> wanted) {
        return Polling.until(
                DEADLINE,
                "rotation " + id,
                () -> provisioner.operator().get("/v1/rotations/" + id).expect(200).json(),
                wanted);
    }

    private String killCharon() {
        lab.concentrator().charon().kill();
        // What systemd does on a real host: start it again, with nothing loaded.
        lab.concentrator().startCharon();
        customer.awaitTunnel(tunnel, DEADLINE, seen -> !holds(seen, "established").equals("YES"));
        customer.awaitCarrying(tunnel, DEADLINE);
        Pings pings = branchLan.ping(lab.concentratorLan().address(), 3);
        Expect.that(pings.allReceived(), "LAN traffic passes again", pings);
        return "reloaded and carrying again";
    }

    private String availability() {
        JsonNode figure = customer.availability(tunnel, carryingSince, clock.instant());
        double up = figure.path("upSeconds").asDouble();
        double down = figure.path("downSeconds").asDouble();
        Expect.that(up > 0 && down > 0, "it was up, and down while charon was away", figure);
        return String.format(
                Locale.ROOT,
                "%s (up %.1f s, down %.1f s, unobserved %.1f s)",
                figure.path("availability").asText(),
                up,
                down,
                figure.path("unobservedSeconds").asDouble());
    }

    private String cancel() {
        customer.delete("/v1/tunnels/" + tunnel).expect(202);
        lab.concentrator().awaitNoSas(DEADLINE);
        customer.awaitTunnel(tunnel, DEADLINE, seen -> seen.path("state").asText().equals("ENDED"));
        String loaded = lab.concentrator().swanctl("--list-conns");
        Expect.that(!loaded.contains(tunnel), "the connection is unloaded", loaded);
        return "no SA, no connection, state ENDED";
    }

    private String revoked() {
        String serial = branchCertificate().getSerialNumber().toString(16);
        String lists =
                lab.concentrator().swanctl("--list-certs", "--type", "x509_crl").replace(":", "");
        Expect.that(lists.contains(serial), "the CRL in charon lists " + serial, lists);
        return "serial " + serial;
    }

    private X509Certificate branchCertificate() {
        BranchHost.DeviceFile file =
                configuration.files().stream()
                        .filter(found -> found.path().startsWith("/etc/swanctl/x509/"))
                        .findFirst()
                        .orElseThrow();
        byte[] pem = new byte[file.content().remaining()];
        file.content().duplicate().get(pem);
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem));
        } catch (CertificateException e) {
            throw new IllegalStateException("the branch certificate that was handed out", e);
        }
    }

    private String staysOut() {
        branch.restartCharon();
        var attempt =
                branch.tryRun(
                        DEADLINE,
                        "sh",
                        "-c",
                        "swanctl --load-all --noprompt >/dev/null && swanctl --initiate --child lan"
                                + " --timeout 15");
        Expect.that(!attempt.succeeded(), "the branch is refused", attempt);
        Expect.that(
                lab.concentrator().establishedIkeSas() == 0, "the concentrator has no SA", attempt);
        Pings pings = branchLan.ping(lab.concentratorLan().address(), 2);
        Expect.that(pings.received() == 0, "nothing passes", pings);
        return attempt.out().contains("AUTHENTICATION_FAILED")
                ? "AUTHENTICATION_FAILED"
                : "refused";
    }

    private String freed() {
        ApiAnswer next =
                customer.order(BRANCH, branch.protectedNetwork(), UUID.randomUUID().toString())
                        .expect(202);
        JsonNode ready = customer.awaitOrder(next.json().path("id").asText(), DEADLINE);
        Expect.that(
                ready.path("state").asText().matches("READY|LIVE"),
                "it can be ordered again",
                ready);
        String second = next.json().path("tunnel").asText();
        customer.delete("/v1/tunnels/" + second).expect(202);
        customer.awaitTunnel(second, DEADLINE, seen -> seen.path("state").asText().equals("ENDED"));
        return "the same branch and network were ordered again";
    }

    /** For a demo that is kept: a tunnel of the second branch, up and left alone. */
    void leaveATunnel() {
        steps.step(
                "a second branch is left running",
                () -> {
                    BranchHost second = lab.branch(2).gateway();
                    JsonNode accepted =
                            customer.order(
                                            "geneva",
                                            second.protectedNetwork(),
                                            UUID.randomUUID().toString())
                                    .expect(202)
                                    .json();
                    customer.awaitOrder(accepted.path("id").asText(), DEADLINE);
                    String left = accepted.path("tunnel").asText();
                    second.apply(customer.deviceConfiguration(left).files());
                    customer.awaitCarrying(left, DEADLINE);
                    return "tunnel " + left;
                });
    }
}
