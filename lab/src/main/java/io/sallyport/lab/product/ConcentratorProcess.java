package io.sallyport.lab.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/** Our concentrator process on its test host, beside charon. */
public final class ConcentratorProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String CONFIGURATION = "/etc/sallyport/concentrator.properties";
    private static final String STATE = "/var/lib/sallyport/concentrator";
    private static final String SECRET = "/etc/sallyport/enrolment-secret";

    private static final String ROUTES_UNIT =
            "concentrator/src/main/systemd/sallyport-concentrator-routes.service";
    private static final String EXEC_START = "ExecStart=";

    private final ConcentratorHost host;
    private final String id;
    private HostProcess process;

    private ConcentratorProcess(ConcentratorHost host, String id) {
        this.host = host;
        this.id = id;
    }

    /**
     * Registers the host with the provisioner, as the operator does, and puts configuration and
     * secret on it.
     */
    public static ConcentratorProcess register(
            ConcentratorHost host, ProvisionerProcess provisioner) {
        JsonNode registered =
                provisioner
                        .operator()
                        .post(
                                "/v1/concentrators",
                                """
                                {"name":"hub","ikeAddress":"%s","protectedNetworks":["%s"],"probeSource":"%s"}
                                """
                                        .formatted(
                                                host.internetAddress(),
                                                String.join("\",\"", host.protectedNetworks()),
                                                host.lanAddress()),
                                Map.of())
                        .expect(201)
                        .json();
        writeSecret(host, registered);
        try {
            host.write(
                    "/etc/sallyport/root.pem",
                    Files.readAllBytes(provisioner.rootCertificate()),
                    0644);
        } catch (IOException e) {
            throw new LabException("the provisioner's root certificate", e);
        }
        host.write(
                CONFIGURATION,
                """
                state = %s
                api.url = %s
                ca = /etc/sallyport/root.pem
                enrolment.secret.file = %s
                vici.socket = %s
                """
                        .formatted(
                                STATE, provisioner.apiUrl(), SECRET, ConcentratorHost.VICI_SOCKET),
                0600);
        return new ConcentratorProcess(host, registered.path("id").asText());
    }

    /**
     * Removes all that the process, which has to be dead, keeps, and puts a new enrolment secret on
     * the host, as the operator does for a node that is set up anew.
     */
    public void setUpAnew(ProvisionerProcess provisioner) {
        host.run(DEADLINE, "rm", "-r", STATE);
        writeSecret(
                host,
                provisioner
                        .operator()
                        .post("/v1/concentrators/" + id + "/enrolment", "", Map.of())
                        .expect(201)
                        .json());
    }

    private static void writeSecret(ConcentratorHost host, JsonNode answer) {
        host.write(SECRET, answer.path("enrolmentSecret").asText(), 0600);
    }

    /** Starts the process; it enrols when it has not yet. Returns at once. */
    public void start() {
        process =
                host.spawn(
                        "concentrator",
                        ConcentratorHost.JAVA,
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-jar",
                        jar(),
                        CONFIGURATION);
    }

    /** What the host's systemd starts before the network; blocks. The process has to be dead. */
    public void restoreRoutes() {
        host.run(DEADLINE, "sh", "-c", routesCommand());
    }

    /** Of the unit, with the JDK and the jars where they are here. */
    private static String routesCommand() {
        try {
            return Files.readAllLines(Lab.repository().resolve(ROUTES_UNIT)).stream()
                    .filter(line -> line.startsWith(EXEC_START))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new LabException(
                                            "no %s in %s".formatted(EXEC_START, ROUTES_UNIT)))
                    .substring(EXEC_START.length())
                    .replace("/usr/bin/java", ConcentratorHost.JAVA)
                    .replace("/usr/lib/sallyport/concentrator.jar", jar());
        } catch (IOException e) {
            throw new LabException(ROUTES_UNIT, e);
        }
    }

    private static String jar() {
        return ConcentratorHost.JARS + "/" + Jars.of("concentrator").getFileName();
    }

    /** Waits until it has enrolled, has its desired state and reaches charon. */
    public void awaitConnected() {
        try {
            host.await(DEADLINE, "grep -q '\"connected\" *: *true' " + STATE + "/status.json");
        } catch (LabException e) {
            throw new LabException("the concentrator does not connect\n" + process.log(), e);
        }
    }

    /** What it last wrote about itself. */
    public JsonNode status() {
        try {
            return JSON.readTree(host.read(STATE + "/status.json"));
        } catch (JsonProcessingException e) {
            throw new LabException("the concentrator's status.json", e);
        }
    }

    /** Its id at the provisioner. */
    public String id() {
        return id;
    }

    /** Where it keeps its files, on its host. */
    public String stateDirectory() {
        return STATE;
    }

    /** The process itself, to be killed or stopped. */
    public HostProcess process() {
        return process;
    }
}
