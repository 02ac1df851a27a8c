package io.sallyport.pki.profile;

import java.time.Duration;
import java.util.Set;

/**
 * What the certificate of an authority contains and what it may issue. Its key usage is keyCertSign
 * and cRLSign, and digitalSignature when it answers for its certificates by OCSP itself.
 *
 * @param name what the records and the key store call it; lower-case letters and hyphens
 * @param commonName how its distinguished name begins; the key's identifier is appended, so that no
 *     two generations of an authority share a name
 * @param lifetime how long the certificate is valid from the moment it is issued
 * @param backdating how much earlier its validity begins
 * @param pathLength how many authorities may follow below it (RFC 5280 section 4.2.1.9)
 * @param signsOcsp whether its key signs OCSP responses (RFC 6960 section 2.2)
 * @param endEntityProfiles the names of the profiles it issues; an authority with path length 0
 *     needs one at least
 */
public record AuthorityProfile(
        String name,
        String commonName,
        Duration lifetime,
        Duration backdating,
        int pathLength,
        boolean signsOcsp,
        Set<String> endEntityProfiles) {

    /** The root: certifies issuing authorities and nothing else. */
    public static final AuthorityProfile ROOT =
            new AuthorityProfile(
                    "root",
                    "Sallyport Root CA",
                    Duration.ofDays(20 * 365),
                    EndEntityProfile.CLOCK_SKEW,
                    1,
                    false,
                    Set.of());

    /** Issues what speaks IKE: branches and concentrators. */
    public static final AuthorityProfile SITES =
            new AuthorityProfile(
                    "sites",
                    "Sallyport Sites CA",
                    Duration.ofDays(5 * 365),
                    EndEntityProfile.CLOCK_SKEW,
                    0,
                    false,
                    Set.of(
                            EndEntityProfile.BRANCH.name(),
                            EndEntityProfile.CONCENTRATOR_IKE.name()));

    /** Issues what our own processes show each other, and the API its users, over TLS. */
    public static final AuthorityProfile INTERNAL =
            new AuthorityProfile(
                    "internal",
                    "Sallyport Internal CA",
                    Duration.ofDays(5 * 365),
                    EndEntityProfile.CLOCK_SKEW,
                    0,
                    false,
                    Set.of(EndEntityProfile.TLS_SERVER.name(), EndEntityProfile.TLS_CLIENT.name()));

    /** Issues what teleworkers' clients see of our gateways. */
    public static final AuthorityProfile GATEWAYS =
            new AuthorityProfile(
                    "gateways",
                    "Sallyport Gateways CA",
                    Duration.ofDays(5 * 365),
                    EndEntityProfile.CLOCK_SKEW,
                    0,
                    true,
                    Set.of(EndEntityProfile.GATEWAY_TLS.name()));

    /** Issues what teleworkers show to our gateways. */
    public static final AuthorityProfile TELEWORKERS =
            new AuthorityProfile(
                    "teleworkers",
                    "Sallyport Teleworkers CA",
                    Duration.ofDays(5 * 365),
                    EndEntityProfile.CLOCK_SKEW,
                    0,
                    false,
                    Set.of(EndEntityProfile.TELEWORKER.name()));

    /** Copies and checks. */
    public AuthorityProfile {
        endEntityProfiles = Set.copyOf(endEntityProfiles);
        if (!name.matches("[a-z][a-z-]{0,30}")) {
            throw new IllegalArgumentException("an authority's name: " + Printable.of(name));
        }
        // 64 characters (ub-common-name) less a blank and eight hexadecimal digits.
        if (!commonName.matches("[A-Za-z0-9][A-Za-z0-9 .-]{0,54}")) {
            throw new IllegalArgumentException("a common name: " + Printable.of(commonName));
        }
        if (!lifetime.isPositive() || backdating.isNegative()) {
            throw new IllegalArgumentException("an authority that is never valid: " + name);
        }
        if (pathLength < 0 || (pathLength == 0 && endEntityProfiles.isEmpty())) {
            throw new IllegalArgumentException("an authority that may issue nothing: " + name);
        }
    }
}
