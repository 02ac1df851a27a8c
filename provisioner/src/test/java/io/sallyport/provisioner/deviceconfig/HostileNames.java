package io.sallyport.provisioner.deviceconfig;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.List;

/** Names that would mean something in a configuration file or a shell if they got there. */
public final class HostileNames {
    private HostileNames() {}

    /** All of them. */
    public static List<String> all() throws IOException {
        return new JsonMapper()
                .readValue(
                        SampleBranch.octets("/deviceconfig/hostile-names.json"),
                        new TypeReference<>() {});
    }
}
