package io.sallyport.provisioner.rotation;

import io.sallyport.pki.profile.AuthorityProfile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The authorities that can be rolled over. */
final class Purposes {
    private static final List<AuthorityProfile> ALL =
            List.of(
                    AuthorityProfile.SITES,
                    AuthorityProfile.GATEWAYS,
                    AuthorityProfile.TELEWORKERS,
                    AuthorityProfile.INTERNAL);

    private Purposes() {}

    /** The one that is typed {@code SITES} and stored {@code sites}. */
    static Optional<AuthorityProfile> of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(each -> each.name().equals(lower)).findFirst();
    }

    /** The same, or the root, as it is stored. */
    static AuthorityProfile stored(String name) {
        return name.equals(AuthorityProfile.ROOT.name())
                ? AuthorityProfile.ROOT
                : of(name).orElseThrow();
    }

    /** What may be typed. */
    static String names() {
        return String.join(
                " or ", ALL.stream().map(each -> each.name().toUpperCase(Locale.ROOT)).toList());
    }
}
