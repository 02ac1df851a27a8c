package io.sallyport.vici;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The algorithms that an SA really uses, in charon's words (such as {@code AES_GCM_16}, {@code
 * PRF_HMAC_SHA2_384}, {@code ECP_256}).
 *
 * @param encryption absent if there is none (AH)
 * @param encryptionKeyBits absent if the algorithm has one size only
 * @param integrity absent with an AEAD
 * @param integrityKeyBits absent if the algorithm has one size only
 * @param prf of an IKE_SA
 * @param keyExchange absent for a CHILD_SA that took its keys from the IKE_SA
 * @param additionalKeyExchanges RFC 9370, such as {@code ML_KEM_768}, in their order
 */
public record NegotiatedProposal(
        Optional<String> encryption,
        OptionalInt encryptionKeyBits,
        Optional<String> integrity,
        OptionalInt integrityKeyBits,
        Optional<String> prf,
        Optional<String> keyExchange,
        List<String> additionalKeyExchanges) {

    /** RFC 9370 allows seven. */
    private static final int MAX_ADDITIONAL_KEY_EXCHANGES = 7;

    /** Copies the list. */
    public NegotiatedProposal {
        additionalKeyExchanges = List.copyOf(additionalKeyExchanges);
    }

    /** Absent if charon lists no algorithm at all: nothing is negotiated yet. */
    static Optional<NegotiatedProposal> from(MessageReader in) throws ViciProtocolException {
        Optional<String> encryption = in.optionalText("encr-alg");
        Optional<String> integrity = in.optionalText("integ-alg");
        if (encryption.isEmpty() && integrity.isEmpty()) {
            return Optional.empty();
        }
        List<String> additional = new ArrayList<>();
        for (int i = 1; i <= MAX_ADDITIONAL_KEY_EXCHANGES; i++) {
            in.optionalText("ake" + i).ifPresent(additional::add);
        }
        return Optional.of(
                new NegotiatedProposal(
                        encryption,
                        in.keySize("encr-keysize"),
                        integrity,
                        in.keySize("integ-keysize"),
                        in.optionalText("prf-alg"),
                        in.optionalText("dh-group"),
                        additional));
    }

    /** As swanctl prints it: {@code AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_256}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        encryption.ifPresent(algorithm -> parts.add(withKeyBits(algorithm, encryptionKeyBits)));
        integrity.ifPresent(algorithm -> parts.add(withKeyBits(algorithm, integrityKeyBits)));
        prf.ifPresent(parts::add);
        keyExchange.ifPresent(parts::add);
        for (int i = 0; i < additionalKeyExchanges.size(); i++) {
            parts.add("KE%d_%s".formatted(i + 1, additionalKeyExchanges.get(i)));
        }
        return String.join("/", parts);
    }

    private static String withKeyBits(String algorithm, OptionalInt keyBits) {
        return keyBits.isPresent() ? algorithm + "-" + keyBits.getAsInt() : algorithm;
    }
}
