package io.sallyport.concentrator.reconcile;

import io.sallyport.concentrator.reconcile.Action.FlushRevocationLists;
import io.sallyport.concentrator.reconcile.Action.LoadAuthority;
import io.sallyport.concentrator.reconcile.Action.LoadRevocationList;
import io.sallyport.concentrator.reconcile.Action.UnloadAuthority;
import io.sallyport.vici.CertificateFlag;
import io.sallyport.vici.CertificateType;
import io.sallyport.vici.Charon;
import io.sallyport.vici.LoadedCertificate;
import io.sallyport.vici.ViciCommandException;
import io.sallyport.vici.ViciUnknownCommandException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** What charon itself says it trusts: no wish, and not what was sent to it. */
final class Trust {
    private Trust() {}

    /** Whether an action changes what charon trusts. */
    static boolean isChangedBy(Action action) {
        return action instanceof LoadAuthority
                || action instanceof UnloadAuthority
                || action instanceof LoadRevocationList
                || action instanceof FlushRevocationLists;
    }

    /**
     * SHA-256, in hexadecimal, of each CA certificate and each CRL; empty if charon does not say.
     * Blocks.
     *
     * @throws IOException if charon does not answer
     */
    static Optional<Set<String>> of(Charon charon) throws IOException {
        Set<String> digests = new HashSet<>();
        try {
            charon.listCertificates(
                    CertificateType.X509, CertificateFlag.CA, each -> digests.add(sha256(each)));
            charon.listCertificates(
                    CertificateType.X509_CRL,
                    CertificateFlag.NONE,
                    each -> digests.add(sha256(each)));
        } catch (ViciCommandException | ViciUnknownCommandException _) {
            return Optional.empty();
        }
        return Optional.of(digests);
    }

    private static String sha256(LoadedCertificate certificate) {
        ByteBuffer der = certificate.data();
        byte[] octets = new byte[der.remaining()];
        der.get(octets);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
