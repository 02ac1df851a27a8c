package io.sallyport.provisioner.listener;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import io.sallyport.provisioner.authority.EndedCertificates;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a listener lets finish the TLS handshake with a certificate: whoever the JDK does, and where
 * an authority is marked so, whose certificate that authority issued and has ended lately. All else
 * that makes a certificate good is required of it, as of the moment of its end. What such a client
 * may do is decided where the certificate is looked up, and nowhere but there.
 */
final class ClientTrust extends X509ExtendedTrustManager {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509ExtendedTrustManager usual;
    private final Set<TrustAnchor> ofEnded;
    private final Clock clock;

    private ClientTrust(
            X509ExtendedTrustManager usual, List<X509Certificate> ofEnded, Clock clock) {
        this.usual = usual;
        this.ofEnded =
                ofEnded.stream()
                        .map(authority -> new TrustAnchor(authority, null))
                        .collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
    }

    /**
     * @param usual the JDK's, over all authorities
     * @param ofEnded whose certificates may have ended; at least one
     */
    static TrustManagerFactory factory(
            TrustManagerFactory usual, List<X509Certificate> ofEnded, Clock clock) {
        TrustManager[] managers =
                Arrays.stream(usual.getTrustManagers())
                        .map(X509ExtendedTrustManager.class::cast)
                        .map(each -> new ClientTrust(each, ofEnded, clock))
                        .toArray(TrustManager[]::new);
        return new SimpleTrustManagerFactory() {
            @Override
            protected void engineInit(KeyStore keyStore) {
                throw new UnsupportedOperationException("made whole");
            }

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {
                throw new UnsupportedOperationException("made whole");
            }

            @Override
            protected TrustManager[] engineGetTrustManagers() {
                return managers.clone();
            }
        };
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            usual.checkClientTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            if (!endedLately(chain[0])) {
                throw e;
            }
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        usual.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        usual.checkClientTrusted(chain, authType);
    }

    private boolean endedLately(X509Certificate certificate) throws CertificateException {
        Instant end = certificate.getNotAfter().toInstant();
        List<String> usages = certificate.getExtendedKeyUsage();
        return clock.instant().isAfter(end)
                && EndedCertificates.mayRenewAt(end, clock.instant())
                && usages != null
                && usages.contains(CLIENT_AUTH)
                && wasGoodUntilItsEnd(certificate);
    }

    private boolean wasGoodUntilItsEnd(X509Certificate certificate) throws CertificateException {
        try {
            var parameters = new PKIXParameters(ofEnded);
            parameters.setDate(Date.from(certificate.getNotAfter().toInstant()));
            // The one who looks the certificate up knows what was revoked.
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(List.of(certificate)),
                            parameters);
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        usual.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        usual.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        usual.checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return usual.getAcceptedIssuers();
    }
}
