package io.sallyport.provisioner.authority;

import io.sallyport.pki.profile.StatusAddresses;

import java.net.URI;
import java.util.Optional;

/**
 * The paths under which the status of certificates is told, the same in certificates and on the
 * listener. An authority is named by its label, which no two generations of it share.
 */
public final class StatusPaths {
    private static final String CRL = "/crl/";
    private static final String CRL_SUFFIX = ".crl";
    private static final String OCSP = "/ocsp/";

    /** Where the root's CRL is, which no certificate names. */
    public static final String ROOT_CRL = CRL + "root" + CRL_SUFFIX;

    private StatusPaths() {}

    /** Where an authority's status is told below that URL. */
    static StatusAddresses below(URI base, String label) {
        String start = base.toString().replaceAll("/+$", "");
        return new StatusAddresses(
                URI.create(start + CRL + label + CRL_SUFFIX), URI.create(start + OCSP + label));
    }

    /** The authority whose CRL is at this path. */
    public static Optional<String> authorityOfCrl(String path) {
        return path.startsWith(CRL) && path.endsWith(CRL_SUFFIX)
                ? label(path.substring(CRL.length(), path.length() - CRL_SUFFIX.length()))
                : Optional.empty();
    }

    /**
     * A path below {@code /ocsp/}.
     *
     * @param authority label of the authority
     * @param request what follows after a slash: the request of a GET (RFC 6960 appendix A.1)
     */
    public record Ocsp(String authority, Optional<String> request) {}

    /** The responder that this path leads to. */
    public static Optional<Ocsp> ocsp(String path) {
        if (!path.startsWith(OCSP)) {
            return Optional.empty();
        }
        String rest = path.substring(OCSP.length());
        int slash = rest.indexOf('/');
        String first = slash < 0 ? rest : rest.substring(0, slash);
        Optional<String> request =
                slash < 0 || slash == rest.length() - 1
                        ? Optional.empty()
                        : Optional.of(rest.substring(slash + 1));
        return label(first).map(label -> new Ocsp(label, request));
    }

    private static Optional<String> label(String text) {
        return text.matches("[a-z][a-z-]{0,30}-[0-9a-f]{8}") ? Optional.of(text) : Optional.empty();
    }
}
