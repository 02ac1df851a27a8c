package io.sallyport.provisioner.order;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.deviceconfig.DeviceFamily;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.site.ProtectedNetworks;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpNetwork;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An order that can be fulfilled, as far as it alone can say: one that exists was checked.
 *
 * @param key the Idempotency-Key
 * @param branch name of the branch, one DNS label
 * @param identity the IKE identity that the branch gets
 * @param networks the branch's networks
 * @param family kind of the branch's device
 * @param request the customer's certificate request; empty if the key is made here
 */
record OrderRequest(
        String key,
        String branch,
        DnsName identity,
        ProtectedNetworks networks,
        DeviceFamily family,
        Optional<Csr> request) {
    // Visible ASCII; as long as the column.
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    /**
     * A certificate request.
     *
     * @param sent as it was sent, to be verified again when it is used
     */
    record Csr(String sent) {
        VerifiedRequest verified(EndEntityProfile branch) {
            return VerifiedRequest.parse(sent.getBytes(US_ASCII), branch);
        }
    }

    /**
     * Checks an order.
     *
     * @param key the Idempotency-Key header; null if there is none
     * @param customer name of the customer, one DNS label
     * @param domain what identities end with
     * @param probePool where probe addresses come from
     * @param profile of branches' certificates
     * @throws ProblemException naming every field that is wrong
     */
    static OrderRequest parse(
            @Nullable String key,
            NewOrder typed,
            String customer,
            DnsName domain,
            IpNetwork probePool,
            EndEntityProfile profile) {
        FieldErrors errors = new FieldErrors();
        Optional<String> parsedKey =
                errors.required("Idempotency-Key", key, OrderRequest::idempotencyKey);
        Optional<DnsName> identity =
                errors.required("branch", typed.branch(), text -> identity(text, customer, domain));
        ProtectedNetworks networks =
                ProtectedNetworks.parse(
                        "protectedNetworks", typed.protectedNetworks(), probePool, errors);
        Optional<DeviceFamily> family =
                errors.required("deviceFamily", typed.deviceFamily(), OrderRequest::family);
        Optional<Csr> request = request(typed, identity, profile, errors);
        errors.throwIfAny();
        return new OrderRequest(
                parsedKey.orElseThrow(),
                typed.branch(),
                identity.orElseThrow(),
                networks,
                family.orElseThrow(),
                request);
    }

    /** SHA-256 of everything that was asked for: the same order has the same. */
    byte[] hash() {
        // No part but the last can contain a line feed.
        String canonical =
                String.join(
                        "\n",
                        branch,
                        networks.networks().toString(),
                        family.label(),
                        request.map(Csr::sent).orElse("generateKey"));
        try {
            return MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static String idempotencyKey(String text) {
        if (!KEY.matcher(text).matches()) {
            throw new IllegalArgumentException("expected 1 to 255 visible ASCII characters");
        }
        return text;
    }

    private static DnsName identity(String branch, String customer, DnsName domain) {
        if (!DnsName.isLabel(branch)) {
            throw new IllegalArgumentException(
                    "expected one DNS label: 1 to 63 of a-z, 0-9 and inner hyphens");
        }
        return new DnsName("%s.%s.%s".formatted(branch, customer, domain));
    }

    private static DeviceFamily family(String label) {
        return DeviceFamily.labelled(label)
                .orElseThrow(
                        () -> new IllegalArgumentException("expected a device family: strongswan"));
    }

    private static Optional<Csr> request(
            NewOrder typed,
            Optional<DnsName> identity,
            EndEntityProfile profile,
            FieldErrors errors) {
        boolean generate = Boolean.TRUE.equals(typed.generateKey());
        if (typed.csr() == null) {
            if (!generate) {
                errors.add("csr", "expected a PKCS#10 request, or \"generateKey\": true");
            }
            return Optional.empty();
        }
        if (generate) {
            errors.add("csr", "expected no request together with \"generateKey\": true");
            return Optional.empty();
        }
        if (!US_ASCII.newEncoder().canEncode(typed.csr())) {
            errors.add("csr", "expected PEM, which is ASCII alone");
            return Optional.empty();
        }
        Csr csr = new Csr(typed.csr());
        try {
            VerifiedRequest verified = csr.verified(profile);
            identity.map(name -> CertificateNames.of(Identity.dns(name.value())))
                    .ifPresent(verified::requireNoOtherThan);
        } catch (RequestRefusedException e) {
            errors.add("csr", e.getMessage());
        }
        return Optional.of(csr);
    }
}
