package io.sallyport.lab.product;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost.DeviceFile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What the API hands out for a branch's device.
 *
 * @param files all that has to be written to the device
 * @param withKey whether the private key is among them
 */
public record DeviceConfiguration(List<DeviceFile> files, boolean withKey) {
    static DeviceConfiguration parse(JsonNode document) {
        List<DeviceFile> files = new ArrayList<>();
        for (JsonNode file : document.path("files")) {
            byte[] content =
                    file.hasNonNull("base64")
                            ? Base64.getDecoder().decode(file.path("base64").asText())
                            : file.path("content").asText().getBytes(StandardCharsets.UTF_8);
            files.add(
                    new DeviceFile(
                            file.path("path").asText(),
                            Integer.parseInt(file.path("mode").asText(), 8),
                            ByteBuffer.wrap(content).asReadOnlyBuffer()));
        }
        boolean withKey = files.stream().anyMatch(file -> file.path().endsWith(".p12"));
        return new DeviceConfiguration(List.copyOf(files), withKey);
    }
}
