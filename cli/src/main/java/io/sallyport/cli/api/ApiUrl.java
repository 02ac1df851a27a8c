package io.sallyport.cli.api;

import java.net.URI;
import java.net.URISyntaxException;

/** Where an API is: {@code https://HOST[:PORT]}. */
public record ApiUrl(URI uri) {
    /**
     * Reads what was typed.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static ApiUrl parse(String typed) {
        URI uri;
        try {
            uri = new URI(typed.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected a URL such as https://host:8443", e);
        }
        boolean bare =
                uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null
                        && (uri.getRawPath() == null || uri.getRawPath().matches("/?"));
        // A token must not be sent in clear text.
        if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    "expected https://HOST[:PORT] with nothing behind it");
        }
        return new ApiUrl(uri.resolve("/"));
    }

    URI resolve(ApiPath path) {
        return uri.resolve(path.toString());
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
