package io.sallyport.pki.profile;

import java.util.List;
import java.util.Set;

/**
 * The subject alternative names of one certificate. The first is the identity proper and is
 * repeated as the common name, for people and for old devices, unless it is longer than the 64
 * characters that a common name can have (RFC 5280 appendix A.1); then the subject is empty.
 *
 * @param all at least one, no two alike
 */
public record CertificateNames(List<Identity> all) {

    /** Copies and checks. */
    public CertificateNames {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a certificate must name somebody");
        }
        if (Set.copyOf(all).size() != all.size()) {
            throw new IllegalArgumentException("a name stands twice in the same certificate");
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
