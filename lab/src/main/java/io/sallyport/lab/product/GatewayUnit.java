package io.sallyport.lab.product;

import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The unit that the gateway is a service by, for hosts without systemd: what it demands of the
 * process itself is set by setpriv, so that no test's gateway has more capabilities than an
 * operator's. The whole unit is in force where {@link GatewayService} runs it.
 */
public final class GatewayUnit {
    private static final Path UNIT =
            Path.of("ssl-vpn-gateway/src/main/systemd/sallyport-gateway.service");

    private final List<String> lines;

    private GatewayUnit(List<String> lines) {
        this.lines = lines;
    }

    /** Reads the file that is delivered. */
    public static GatewayUnit read() {
        try {
            return new GatewayUnit(Files.readAllLines(Lab.repository().resolve(UNIT)));
        } catch (IOException e) {
            throw new LabException("the gateway's unit", e);
        }
    }

    /** The capabilities that any of its processes may ever have, such as {@code CAP_CHOWN}. */
    public List<String> capabilityBoundingSet() {
        return Arrays.asList(value("CapabilityBoundingSet").split(" +"));
    }

    /**
     * What to type before the command of the service so that it is confined as the unit demands.
     */
    List<String> confinement() {
        List<String> setpriv = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
        StringBuilder bounding = new StringBuilder("--bounding-set=-all");
        for (String capability : capabilityBoundingSet()) {
            bounding.append(",+")
                    .append(capability.substring("CAP_".length()).toLowerCase(Locale.ROOT));
        }
        setpriv.add(bounding.toString());
        if (value("NoNewPrivileges").equals("yes")) {
            setpriv.add("--no-new-privs");
        }
        List<String> all =
                new ArrayList<>(
                        List.of("sh", "-c", "umask " + value("UMask") + "; exec \"$@\"", "unit"));
        all.addAll(setpriv);
        return all;
    }

    private String value(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .reduce(
                        (_, _) -> {
                            throw new LabException(name + " stands twice in " + UNIT);
                        })
                .orElseThrow(() -> new LabException(name + " is missing in " + UNIT));
    }
}
