package io.sallyport.pki.profile;

import static io.sallyport.pki.profile.ExtendedKeyUsage.CLIENT_AUTH;
import static io.sallyport.pki.profile.ExtendedKeyUsage.IPSEC_IKE;
import static io.sallyport.pki.profile.ExtendedKeyUsage.OCSP_SIGNING;
import static io.sallyport.pki.profile.ExtendedKeyUsage.SERVER_AUTH;

import io.sallyport.pki.key.KeyAlgorithm;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a certificate of a device or process contains. The key usage is digitalSignature in every
 * profile: IKE_AUTH, TLS 1.3 and the ECDHE suites of TLS 1.2 only ever sign.
 *
 * @param name what the records of issued certificates call it
 * @param lifetime how long a certificate is valid from the moment it is issued
 * @param backdating how much earlier its validity begins, for peers whose clock is slow
 * @param extendedKeyUsages at least one
 * @param identityKinds the kinds of subject alternative name, at least one
 * @param namesAtMost how many subject alternative names there can be
 * @param keyAlgorithms the kinds of key that are certified
 */
public record EndEntityProfile(
        String name,
        Duration lifetime,
        Duration backdating,
        Set<ExtendedKeyUsage> extendedKeyUsages,
        Set<Identity.Kind> identityKinds,
        int namesAtMost,
        Set<KeyAlgorithm> keyAlgorithms) {

    /**
     * Peers whose clock is up to an hour slow, or to whom ours is fast, still accept a new
     * certificate, CRL or OCSP response.
     */
    public static final Duration CLOCK_SKEW = Duration.ofHours(1);

    /** No certificate lives longer: a year and a month, for what nobody renews by himself. */
    public static final Duration LIFETIME_AT_MOST = Duration.ofDays(398);

    // Renewed by their holders from two thirds of the life on; docs/adr/0066 and 0093.
    private static final Duration OF_SITES = Duration.ofDays(90);
    private static final Duration OF_NODES = Duration.ofDays(30);
    private static final Duration OF_TELEWORKERS = Duration.ofHours(24);

    private static final Set<KeyAlgorithm> DEVICE_KEYS =
            Set.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384, KeyAlgorithm.RSA);
    private static final Set<KeyAlgorithm> OUR_KEYS =
            Set.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384);

    /** A branch that dials in by IKEv2. RSA is there for devices that have nothing better. */
    public static final EndEntityProfile BRANCH =
            new EndEntityProfile(
                    "branch",
                    OF_SITES,
                    CLOCK_SKEW,
                    Set.of(IPSEC_IKE, CLIENT_AUTH),
                    Set.of(Identity.Kind.DNS),
                    1,
                    DEVICE_KEYS);

    /** A concentrator that branches dial by IKEv2. */
    public static final EndEntityProfile CONCENTRATOR_IKE =
            new EndEntityProfile(
                    "concentrator-ike",
                    OF_NODES,
                    CLOCK_SKEW,
                    Set.of(IPSEC_IKE, SERVER_AUTH),
                    Set.of(Identity.Kind.DNS),
                    4,
                    OUR_KEYS);

    /** A TLS server of ours: known by names, by addresses or by both. */
    public static final EndEntityProfile TLS_SERVER =
            new EndEntityProfile(
                    "tls-server",
                    OF_NODES,
                    CLOCK_SKEW,
                    Set.of(SERVER_AUTH),
                    Set.of(Identity.Kind.DNS, Identity.Kind.IP),
                    16,
                    OUR_KEYS);

    /** A process of ours that calls another over mutual TLS. */
    public static final EndEntityProfile TLS_CLIENT =
            new EndEntityProfile(
                    "tls-client",
                    OF_NODES,
                    CLOCK_SKEW,
                    Set.of(CLIENT_AUTH),
                    Set.of(Identity.Kind.DNS, Identity.Kind.URI),
                    1,
                    OUR_KEYS);

    /** A gateway as teleworkers' clients see it. */
    public static final EndEntityProfile GATEWAY_TLS =
            new EndEntityProfile(
                    "gateway-tls",
                    OF_NODES,
                    CLOCK_SKEW,
                    Set.of(SERVER_AUTH),
                    Set.of(Identity.Kind.DNS, Identity.Kind.IP),
                    16,
                    OUR_KEYS);

    /** A person who logs in at a gateway. RSA is there for smart cards. */
    public static final EndEntityProfile TELEWORKER =
            new EndEntityProfile(
                    "teleworker",
                    OF_TELEWORKERS,
                    CLOCK_SKEW,
                    Set.of(CLIENT_AUTH),
                    Set.of(Identity.Kind.USER),
                    1,
                    DEVICE_KEYS);

    /** Signs OCSP responses in the place of an authority. */
    public static final EndEntityProfile OCSP_RESPONDER =
            new EndEntityProfile(
                    "ocsp-responder",
                    Duration.ofDays(14),
                    CLOCK_SKEW,
                    Set.of(OCSP_SIGNING),
                    Set.of(Identity.Kind.URI),
                    1,
                    OUR_KEYS);

    /** Copies and checks. */
    public EndEntityProfile {
        extendedKeyUsages = Set.copyOf(extendedKeyUsages);
        identityKinds = Set.copyOf(identityKinds);
        keyAlgorithms = Set.copyOf(keyAlgorithms);
        if (name.isBlank()
                || extendedKeyUsages.isEmpty()
                || identityKinds.isEmpty()
                || keyAlgorithms.isEmpty()
                || namesAtMost < 1) {
            throw new IllegalArgumentException("a profile that allows no certificate: " + name);
        }
        if (!lifetime.isPositive() || lifetime.compareTo(LIFETIME_AT_MOST) > 0) {
            throw new IllegalArgumentException(
                    "lifetime %s: positive and at most %s".formatted(lifetime, LIFETIME_AT_MOST));
        }
        if (backdating.isNegative() || backdating.compareTo(lifetime) >= 0) {
            throw new IllegalArgumentException(
                    "backdating %s: at least none, and less than the lifetime"
                            .formatted(backdating));
        }
    }

    /**
     * Checks names against this profile.
     *
     * @throws IllegalArgumentException when there are too many or one is of a kind that the profile
     *     does not have
     */
    public void require(CertificateNames names) {
        if (names.all().size() > namesAtMost) {
            throw new IllegalArgumentException(
                    "profile %s: %d names, at most %d"
                            .formatted(name, names.all().size(), namesAtMost));
        }
        for (Identity identity : names.all()) {
            if (!identityKinds.contains(identity.kind())) {
                throw new IllegalArgumentException(
                        "profile %s: no names of kind %s".formatted(name, identity.kind()));
            }
        }
    }

    /**
     * The same profile, and keys of these kinds as well: where all peers can verify their
     * signatures.
     */
    public EndEntityProfile accepting(Set<KeyAlgorithm> more) {
        return new EndEntityProfile(
                name,
                lifetime,
                backdating,
                extendedKeyUsages,
                identityKinds,
                namesAtMost,
                Stream.concat(keyAlgorithms.stream(), more.stream()).collect(Collectors.toSet()));
    }

    /**
     * The same profile with another lifetime.
     *
     * @throws IllegalArgumentException if it is not longer than the backdating, or longer than
     *     {@link #LIFETIME_AT_MOST}
     */
    public EndEntityProfile lasting(Duration otherLifetime) {
        return new EndEntityProfile(
                name,
                otherLifetime,
                backdating,
                extendedKeyUsages,
                identityKinds,
                namesAtMost,
                keyAlgorithms);
    }

    /** The accepted kinds of key in words, for a message. */
    public String keyAlgorithmsInWords() {
        return keyAlgorithms.stream()
                .sorted()
                .map(KeyAlgorithm::description)
                .collect(Collectors.joining(", "));
    }
}
