package io.sallyport.provisioner.deviceconfig;

import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What can be bought: a file of site-templates/bundles.
 *
 * @param name of the file, without its ending
 * @param crypto what its tunnels may negotiate
 */
public record Bundle(String name, CryptoPolicy crypto) {
    /** One tunnel from one branch to one concentrator. */
    public static final Bundle BRANCH = read("branch");

    private static Bundle read(String name) {
        String resource = "/site-templates/bundles/%s.json".formatted(name);
        try (InputStream in = Bundle.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no bundle " + resource);
            }
            return new Bundle(name, WireJson.decode(in.readAllBytes(), CryptoPolicy.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
