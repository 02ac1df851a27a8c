package io.sallyport.cli.rotation;

import java.util.Locale;

/** What can be rotated. */
public enum RotationKind {
    SITE_KEY("the keys of branches"),
    CONCENTRATOR_KEY("the keys of concentrators"),
    GATEWAY_KEY("the keys of gateways"),
    ISSUING_CA("an issuing CA, with the certificates below it"),
    ROOT("the root; authorities below it follow, each by a rotation");

    private final String words;

    RotationKind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
