package io.sallyport.pki.lint;

import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.NameConstraints.Hosts;
import io.sallyport.pki.profile.NameConstraints.Subtree;
import io.sallyport.pki.profile.NameConstraints.UsersBelow;

import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;

import java.util.Arrays;
import java.util.List;

/** Decodes name constraints, of the forms that our authorities have. */
final class DecodedConstraints {

    private DecodedConstraints() {}

    /**
     * The constraints.
     *
     * @throws IllegalArgumentException when there is a form that is not understood: a constraint
     *     that is passed over is none
     */
    static NameConstraints of(Extension extension) {
        var decoded =
                org.bouncycastle.asn1.x509.NameConstraints.getInstance(Candidate.parsed(extension));
        return new NameConstraints(
                subtrees(decoded.getPermittedSubtrees()), subtrees(decoded.getExcludedSubtrees()));
    }

    private static List<Subtree> subtrees(GeneralSubtree[] subtrees) {
        return subtrees == null
                ? List.of()
                : Arrays.stream(subtrees).map(DecodedConstraints::subtree).toList();
    }

    private static Subtree subtree(GeneralSubtree subtree) {
        // RFC 5280 section 4.2.1.10: minimum is zero, and maximum is absent.
        if (subtree.getMinimum().signum() != 0 || subtree.getMaximum() != null) {
            throw new IllegalArgumentException("a subtree with minimum or maximum");
        }
        GeneralName base = subtree.getBase();
        return switch (base.getTagNo()) {
            case GeneralName.dNSName -> new Hosts(new Identity.Dns(text(base)));
            case GeneralName.rfc822Name -> usersBelow(text(base));
            default -> throw new IllegalArgumentException("kind " + base.getTagNo());
        };
    }

    private static Subtree usersBelow(String base) {
        if (!base.startsWith(".")) {
            throw new IllegalArgumentException("mailboxes of one host");
        }
        return new UsersBelow(new Identity.Dns(base.substring(1)));
    }

    private static String text(GeneralName name) {
        return ASN1IA5String.getInstance(name.getName()).getString();
    }
}
