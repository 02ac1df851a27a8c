package io.sallyport.lab.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.AddressPlan;
import io.sallyport.lab.GatewayHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.LabException;
import io.sallyport.lab.TestHost;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Our gateway process on its test host. It is started as root and confined as its unit demands, as
 * far as {@link GatewayUnit} can.
 */
public final class GatewayProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String CONFIGURATION = "/etc/sallyport/gateway.properties";
    static final String STATE = "/var/lib/sallyport-gateway";
    private static final String SECRET = "/etc/sallyport/gateway-enrolment-secret";
    private static final String USER = "sallyport";
    private static final int ADMIN_PORT = 8445;

    private static final String SCRIPT = "/usr/lib/sallyport/sallyport-gateway";

    /** Where the gateway's AOT cache is. */
    static final String CACHE = "/var/cache/sallyport-gateway";

    private final GatewayHost host;
    private final String id;
    private final ProvisionerProcess provisioner;
    private HostProcess process;

    private GatewayProcess(GatewayHost host, String id, ProvisionerProcess provisioner) {
        this.host = host;
        this.id = id;
        this.provisioner = provisioner;
    }

    /**
     * Registers the host with the provisioner, as the operator does, and puts configuration and
     * secret on it.
     */
    public static GatewayProcess register(GatewayHost host, ProvisionerProcess provisioner) {
        JsonNode registered =
                provisioner
                        .operator()
                        .post(
                                "/v1/gateways",
                                """
                                {"name":"gw","customer":"customer","serverNames":["%s"],
                                 "poolV4":"%s","poolV6":"%s"}
                                """
                                        .formatted(
                                                host.internetAddress(),
                                                AddressPlan.TELEWORKERS_V4,
                                                AddressPlan.TELEWORKERS_V6),
                                Map.of())
                        .expect(201)
                        .json();
        prepare(host, provisioner, registered);
        GatewayTraining.provide(host);
        return new GatewayProcess(host, registered.path("id").asText(), provisioner);
    }

    /** Puts configuration, secret and script on a host, and makes the user. */
    static void prepare(TestHost host, ProvisionerProcess provisioner, JsonNode enrolment) {
        host.write(SECRET, enrolment.path("enrolmentSecret").asText(), 0600);
        host.write("/etc/sallyport/root.pem", roots(provisioner), 0644);
        host.write(SCRIPT, GatewayTraining.script(), 0755);
        host.write(
                CONFIGURATION,
                """
                state = %s
                api.url = %s
                ca = /etc/sallyport/root.pem
                enrolment.secret.file = %s
                listen.tcp = 0.0.0.0:443
                user = %s
                """
                        .formatted(STATE, provisioner.apiUrl(), SECRET, USER),
                0600);
        host.shell(
                DEADLINE,
                "id %1$s >/dev/null 2>&1 || useradd --system --shell /usr/sbin/nologin %1$s"
                        .formatted(USER));
    }

    /**
     * Has the provisioner give a new enrolment secret. When it is used, what enrolled before it is
     * the gateway no more.
     *
     * @return the answer
     */
    JsonNode renewEnrolment() {
        return provisioner
                .operator()
                .post("/v1/gateways/" + id + "/enrolment", "", Map.of())
                .expect(201)
                .json();
    }

    /** Without any state, as on a new host; {@link #start} enrols it once more. */
    public void setUpAnew() {
        host.run(DEADLINE, "rm", "-rf", STATE, STATE + "-key");
        prepare(host, provisioner, renewEnrolment());
    }

    /** Starts the process; it enrols when it has not yet. Returns at once. */
    public void start() {
        // What the process before it wrote: it must not be taken for the word of the new one.
        host.run(DEADLINE, "rm", "-f", STATE + "/status.json");
        List<String> command = new ArrayList<>(GatewayUnit.read().confinement());
        command.addAll(
                List.of(
                        "env",
                        "SALLYPORT_JAVA=" + GatewayHost.JAVA,
                        "SALLYPORT_GATEWAY_JAR="
                                + GatewayHost.JARS
                                + "/"
                                + Jars.of("ssl-vpn-gateway").getFileName(),
                        SCRIPT,
                        CONFIGURATION));
        process = host.spawn("gateway", command.toArray(String[]::new));
    }

    /** Waits until clients can log in. */
    public void awaitListening() {
        try {
            host.await(DEADLINE, "grep -q '\"ready\" *: *true' " + STATE + "/status.json");
        } catch (LabException e) {
            throw new LabException("the gateway does not listen\n" + process.log(), e);
        }
    }

    /** Waits until what the customer last changed is in force. */
    public void awaitApplied(ProvisionerApi customer) {
        long version =
                customer.get("/v1/gateways/" + id)
                        .expect(200)
                        .json()
                        .path("desiredVersion")
                        .asLong();
        Polling.until(
                DEADLINE,
                "version " + version + " at the gateway",
                this::status,
                status -> status.path("desiredVersion").asLong() >= version);
    }

    /** Its next start finds an AOT cache that was made of other jars. */
    public void changeCachedJars() {
        host.shell(
                DEADLINE,
                "rm %1$s/ssl-vpn-gateway.aot.jars; echo other >%1$s/ssl-vpn-gateway.aot.jars"
                        .formatted(CACHE));
    }

    /** Its next start finds an AOT cache of its jars that this JVM cannot take. */
    public void spoilCache() {
        host.shell(
                DEADLINE,
                "rm %1$s/ssl-vpn-gateway.aot; echo other >%1$s/ssl-vpn-gateway.aot"
                        .formatted(CACHE));
    }

    /** Its next start finds the AOT cache that was made for it. */
    public void provideCache() {
        GatewayTraining.provide(host);
    }

    /** What it last wrote about itself. */
    public JsonNode status() {
        try {
            return JSON.readTree(host.read(STATE + "/status.json"));
        } catch (JsonProcessingException e) {
            throw new LabException("the gateway's status.json", e);
        }
    }

    /** Where clients log in to the first group. */
    public String url() {
        return "https://" + host.internetAddress();
    }

    /** Where clients log in to a group. */
    public String url(String group) {
        return url() + "/" + group;
    }

    /** What its clients trust, in PEM: the root, and the one before it while that is trusted. */
    public String rootPem() {
        return roots(provisioner);
    }

    private static String roots(ProvisionerProcess provisioner) {
        try {
            return Files.readString(provisioner.rootCertificate());
        } catch (IOException e) {
            throw new LabException("the provisioner's root certificate", e);
        }
    }

    /**
     * Asks the operators' listener, with the operators' token.
     *
     * @param target path and query
     * @return the answer, header included
     */
    public String admin(String method, String target) {
        return host.run(
                DEADLINE,
                "bash",
                "-c",
                """
                exec 3<>/dev/tcp/127.0.0.1/%d
                printf '%%s %%s HTTP/1.0\\r\\nAuthorization: Bearer %%s\\r\\n\\r\\n' "$0" "$1" "$(cat %s/admin.token)" >&3
                cat <&3
                """
                        .formatted(ADMIN_PORT, STATE),
                method,
                target);
    }

    /** What operators show to {@link #admin}. */
    public String adminToken() {
        return host.read(STATE + "/admin.token").strip();
    }

    /** A counter of its metrics, by name and label as they are written there. */
    public long counter(String name, String label) {
        return metric("%s{%s} ".formatted(name, label));
    }

    /** A value of its metrics that has no label. */
    public long gauge(String name) {
        return metric(name + " ");
    }

    private long metric(String line) {
        return admin("GET", "/metrics")
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> Long.parseLong(each.substring(line.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new LabException("no metric " + line));
    }

    /** Whom it runs as now. */
    public String user() {
        return host.shell(
                        DEADLINE,
                        "id -un $(awk '/^Uid:/{print $3}' /proc/$(cat %s)/status)"
                                .formatted(process.pidFile()))
                .strip();
    }

    /** Its resident memory. */
    public long residentKilobytes() {
        return Long.parseLong(
                host.shell(
                                DEADLINE,
                                "awk '/^VmRSS:/{print $2}' /proc/$(cat %s)/status"
                                        .formatted(process.pidFile()))
                        .strip());
    }

    ProvisionerProcess provisioner() {
        return provisioner;
    }

    /** Its id at the provisioner. */
    public String id() {
        return id;
    }

    /** The process itself, to be killed or stopped. */
    public HostProcess process() {
        return process;
    }

    public GatewayHost host() {
        return host;
    }
}
