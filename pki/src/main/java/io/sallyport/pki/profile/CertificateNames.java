package io.sallyport.pki.profile;

import java.util.List;
import java.util.Set;

/**
 * The subject alternative names of one certificate. The first is the identity proper and is
 * repeated as the common name, for people and for old devices.
 *
 * @param all at least one, no two alike
 */
public record CertificateNames(List<Identity> all) {

    // RFC 5280 appendix A.1, ub-common-name.
    private static final int COMMON_NAME_LENGTH_AT_MOST = 64;

    /** Copies and checks. */
    public CertificateNames {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a certificate must name somebody");
        }
        if (Set.copyOf(all).size() != all.size()) {
            throw new IllegalArgumentException("a name stands twice in the same certificate");
        }
        if (all.getFirst().text().length() > COMMON_NAME_LENGTH_AT_MOST) {
            throw new IllegalArgumentException(
                    "an identity has at most %d characters, because it is the common name too: %s"
                            .formatted(
                                    COMMON_NAME_LENGTH_AT_MOST,
                                    Printable.of(all.getFirst().text())));
        }
    }

    /** The names in that order. */
    public static CertificateNames of(Identity... names) {
        return new CertificateNames(List.of(names));
    }

    /** The identity proper. */
    public Identity identity() {
        return all.getFirst();
    }
}
