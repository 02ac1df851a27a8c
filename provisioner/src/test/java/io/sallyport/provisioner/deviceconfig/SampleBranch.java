package io.sallyport.provisioner.deviceconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.sallyport.pki.pem.Pem;
import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The sample input of the family strongswan, and its golden output. */
final class SampleBranch {
    private static final String FOLDER = "/site-templates/strongswan/sample/";

    private SampleBranch() {}

    static BranchEnd read(BranchKey key) throws IOException {
        JsonNode input = input();
        List<IpNetwork> protectedNetworks = networks(input.get("protectedNetworks"));
        IpAddress probeAddress = IpAddress.parse(input.get("probeAddress").asText());
        DesiredTunnel tunnel =
                new DesiredTunnel(
                        UUID.fromString(input.get("tunnel").asText()),
                        new DnsName(input.get("identity").asText()),
                        networks(input.get("concentratorNetworks")),
                        Stream.concat(
                                        protectedNetworks.stream(),
                                        Stream.of(IpNetwork.of(probeAddress)))
                                .toList(),
                        probeAddress,
                        WireJson.decode(
                                octets("/site-templates/bundles/branch.json"), CryptoPolicy.class));
        List<BranchEnd.Authority> authorities = new ArrayList<>();
        for (JsonNode authority : input.get("authorities")) {
            authorities.add(
                    new BranchEnd.Authority(
                            authority.get("name").asText(),
                            Pem.certificates(authority.get("certificate").asText()).getFirst()));
        }
        return new BranchEnd(
                tunnel,
                new DnsName(input.get("concentratorIdentity").asText()),
                IpAddress.parse(input.get("concentratorAddress").asText()),
                Pem.certificates(input.get("certificate").asText()).getFirst(),
                authorities,
                URI.create(input.get("enrolmentUrl").asText()),
                key);
    }

    static BranchKey handedOutNow() throws IOException {
        return new BranchKey.HandedOutNow(
                ByteBuffer.wrap("a PKCS#12 file".getBytes(UTF_8)),
                input().get("pkcs12Password").asText());
    }

    static String golden(String path) throws IOException {
        return new String(octets(FOLDER + "golden" + path), UTF_8);
    }

    static byte[] octets(String resource) throws IOException {
        try (InputStream in = SampleBranch.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("there is no resource " + resource);
            }
            return in.readAllBytes();
        }
    }

    private static JsonNode input() throws IOException {
        return new JsonMapper().readTree(octets(FOLDER + "input.json"));
    }

    private static List<IpNetwork> networks(JsonNode list) {
        List<IpNetwork> networks = new ArrayList<>();
        list.forEach(network -> networks.add(IpNetwork.parse(network.asText())));
        return networks;
    }
}
