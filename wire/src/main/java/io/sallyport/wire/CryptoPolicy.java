package io.sallyport.wire;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a tunnel may negotiate and how long its keys live.
 *
 * @param ikeProposals IKE proposals in strongSwan's notation, most wanted first
 * @param espProposals ESP proposals in strongSwan's notation, most wanted first
 * @param ikeRekeyTime time after which the IKE_SA is rekeyed
 * @param espRekeyTime time after which a CHILD_SA is rekeyed
 * @param dpdDelay interval of the liveness checks of an idle peer (RFC 7296 section 2.4)
 */
public record CryptoPolicy(
        List<String> ikeProposals,
        List<String> espProposals,
        Duration ikeRekeyTime,
        Duration espRekeyTime,
        Duration dpdDelay) {
    private static final Pattern PROPOSAL = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+){1,12}");

    /**
     * @throws IllegalArgumentException if a list is empty, a proposal is malformed or a time is not
     *     positive
     */
    public CryptoPolicy {
        ikeProposals = proposals(ikeProposals);
        espProposals = proposals(espProposals);
        positive(ikeRekeyTime);
        positive(espRekeyTime);
        positive(dpdDelay);
    }

    private static List<String> proposals(List<String> proposals) {
        for (String proposal : proposals) {
            if (!PROPOSAL.matcher(proposal).matches()) {
                throw new IllegalArgumentException(
                        "expected a proposal such as aes256gcm16-prfsha384-ecp256, got "
                                + proposal);
            }
        }
        if (proposals.isEmpty()) {
            throw new IllegalArgumentException("expected at least one proposal");
        }
        return List.copyOf(proposals);
    }

    private static void positive(Duration duration) {
        if (duration.compareTo(Duration.ZERO) <= 0) {
            throw new IllegalArgumentException("expected a positive time, got " + duration);
        }
    }
}
