package io.sallyport.lab.bench;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.BranchHost.DeviceFile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Device configurations of many branches beside each other on one host, under names of their own.
 */
final class ManyBranches {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private ManyBranches() {}

    /** The network behind one of them. */
    static String protectedNetwork(int number) {
        return "10.120.%d.0/24".formatted(number);
    }

    /** Writes one branch's files, and gives the host the addresses it needs; loads nothing. */
    static void write(BranchHost host, int number, List<DeviceFile> files) {
        String name = "many" + number;
        host.write(files.stream().map(file -> renamed(file, name)).toList());
        // Routes and addresses of the set-up; what it would load is loaded once for all.
        host.shell(
                DEADLINE,
                "ip address replace 10.120.%d.1/32 dev lo; sh /etc/sallyport/%s-routes.sh"
                        .formatted(number, name));
    }

    /** What the branch's timer does every hour. */
    static void renew(BranchHost host, int number) {
        host.run(DEADLINE, "sh", "/etc/sallyport/many%d-renew.sh".formatted(number));
    }

    private static DeviceFile renamed(DeviceFile file, String name) {
        String path =
                file.path()
                        .replace("/conf.d/sallyport", "/conf.d/" + name)
                        .replace("/pkcs12/sallyport", "/pkcs12/" + name)
                        .replace("/x509/sallyport", "/x509/" + name)
                        .replace("/sallyport/setup.sh", "/sallyport/%s.sh".formatted(name))
                        .replace("/sallyport/routes.sh", "/sallyport/%s-routes.sh".formatted(name))
                        .replace("/sallyport/renew.sh", "/sallyport/%s-renew.sh".formatted(name));
        if (!path.endsWith(".conf") && !path.endsWith("-renew.sh")) {
            return new DeviceFile(path, file.mode(), file.content());
        }
        String content =
                StandardCharsets.UTF_8
                        .decode(file.content().duplicate())
                        .toString()
                        .replace("= sallyport.pem", "= %s.pem".formatted(name))
                        .replace("= sallyport.p12", "= %s.p12".formatted(name))
                        .replace("pkcs12-sallyport", "pkcs12-" + name)
                        .replace("/conf.d/sallyport", "/conf.d/" + name)
                        .replace("/pkcs12/sallyport", "/pkcs12/" + name)
                        .replace("/private/sallyport", "/private/" + name)
                        .replace("/x509/sallyport.pem", "/x509/%s.pem".formatted(name))
                        .replace("/sallyport/renewal", "/sallyport/renewal-" + name)
                        // One after the other: they share a charon and its credentials.
                        .replace(
                                "\nif issuers; then\n",
                                "\nexec 8>/run/many; flock 8\nif issuers; then\n");
        return new DeviceFile(
                path, file.mode(), ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
    }
}
