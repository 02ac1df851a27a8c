package io.sallyport.gateway.tls;

import io.sallyport.gateway.tls.ClientCertificate.Fault;

import org.bouncycastle.tls.Certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.security.auth.x500.X500Principal;

/**
 * Judges the chains that clients send, by RFC 5280 (the JDK's PKIX) and the lists of revoked
 * certificates given. Fetches nothing. Thread-safe.
 *
 * <p>Any authority given is an anchor, whether it signed itself or not. The client's certificate
 * must be for TLS clients, and a list in force must clear it: without one it is not accepted.
 */
final class ClientChains {

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final Set<X500Principal> anchorNames = new HashSet<>();
    private final CertStore crls;
    private final Clock clock;

    ClientChains(TlsCredentials credentials, Clock clock) {
        this.clock = clock;
        for (X509Certificate authority : credentials.clientAuthorities()) {
            anchors.add(new TrustAnchor(authority, null));
            anchorNames.add(authority.getSubjectX500Principal());
        }
        try {
            crls =
                    CertStore.getInstance(
                            "Collection",
                            new CollectionCertStoreParameters(credentials.clientCrls()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no collection store", e);
        }
    }

    /**
     * What the chain of a finished handshake proves.
     *
     * @throws IOException if it holds what is no certificate
     */
    ClientCertificate judge(Certificate sent) throws IOException {
        if (sent.isEmpty()) {
            return new ClientCertificate.None();
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (var certificate : sent.getCertificateList()) {
                chain.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(certificate.getEncoded())));
            }
            return judge(chain, factory);
        } catch (CertificateException e) {
            throw new IOException("the client sent what is no certificate", e);
        }
    }

    private ClientCertificate judge(List<X509Certificate> chain, CertificateFactory factory)
            throws CertificateException {
        X509Certificate own = chain.getFirst();
        List<X509Certificate> path = upToAnchor(chain);
        if (path.isEmpty()) {
            return new ClientCertificate.Unacceptable(own, Fault.UNKNOWN_ISSUER);
        }
        try {
            var validator = CertPathValidator.getInstance("PKIX");
            var parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(clock.instant()));
            parameters.addCertStore(crls);
            var revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
            revocation.setOptions(
                    EnumSet.of(
                            PKIXRevocationChecker.Option.PREFER_CRLS,
                            PKIXRevocationChecker.Option.NO_FALLBACK,
                            PKIXRevocationChecker.Option.ONLY_END_ENTITY));
            parameters.addCertPathChecker(revocation);
            validator.validate(factory.generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            return new ClientCertificate.Unacceptable(own, fault(e));
        } catch (InvalidAlgorithmParameterException | java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no PKIX", e);
        }
        return forClients(own)
                ? new ClientCertificate.Verified(path)
                : new ClientCertificate.Unacceptable(own, Fault.WRONG_PURPOSE);
    }

    /** The chain up to the first certificate that names an anchor as its issuer; or nothing. */
    private List<X509Certificate> upToAnchor(List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (anchorNames.contains(chain.get(i).getIssuerX500Principal())) {
                return chain.subList(0, i + 1);
            }
        }
        return List.of();
    }

    private static boolean forClients(X509Certificate certificate)
            throws CertificateParsingException {
        List<String> purposes = certificate.getExtendedKeyUsage();
        return purposes != null && purposes.contains(CLIENT_AUTH);
    }

    private static Fault fault(CertPathValidatorException e) {
        return switch (e.getReason()) {
            case CertPathValidatorException.BasicReason reason ->
                    switch (reason) {
                        case EXPIRED -> Fault.EXPIRED;
                        case NOT_YET_VALID -> Fault.NOT_YET_VALID;
                        case REVOKED -> Fault.REVOKED;
                        case UNDETERMINED_REVOCATION_STATUS -> Fault.REVOCATION_UNKNOWN;
                        // Signed by another key of the same name.
                        case INVALID_SIGNATURE -> Fault.UNKNOWN_ISSUER;
                        case UNSPECIFIED, ALGORITHM_CONSTRAINED -> Fault.INVALID;
                    };
            case PKIXReason reason when reason == PKIXReason.NO_TRUST_ANCHOR ->
                    Fault.UNKNOWN_ISSUER;
            default -> Fault.INVALID;
        };
    }
}
