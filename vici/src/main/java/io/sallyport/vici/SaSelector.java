package io.sallyport.vici;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which SAs are meant. What is present must match; with a child part the CHILD_SAs are meant, else
 * the IKE_SAs.
 *
 * @param ike the connection's name
 * @param ikeId the IKE_SA's unique id
 * @param child the child's name
 * @param childId the CHILD_SA's unique id
 */
public record SaSelector(
        Optional<String> ike, OptionalLong ikeId, Optional<String> child, OptionalLong childId) {
    private static final SaSelector ALL =
            new SaSelector(
                    Optional.empty(), OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

    /** Every SA; for listing only, charon ends nothing by it. */
    public static SaSelector all() {
        return ALL;
    }

    /** The IKE_SAs of a connection. */
    public static SaSelector ike(String name) {
        return new SaSelector(
                Optional.of(name), OptionalLong.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** One IKE_SA. */
    public static SaSelector ikeId(long uniqueId) {
        return new SaSelector(
                Optional.empty(),
                OptionalLong.of(uniqueId),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** The CHILD_SAs of one child of a connection. */
    public static SaSelector child(String ike, String child) {
        return new SaSelector(
                Optional.of(ike), OptionalLong.empty(), Optional.of(child), OptionalLong.empty());
    }

    /** One CHILD_SA. */
    public static SaSelector childId(long uniqueId) {
        return new SaSelector(
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.of(uniqueId));
    }

    ViciMessage.Builder request() {
        ViciMessage.Builder request = ViciMessage.builder();
        request.put("ike", ike).put("child", child);
        ikeId.ifPresent(id -> request.put("ike-id", id));
        childId.ifPresent(id -> request.put("child-id", id));
        return request;
    }
}
