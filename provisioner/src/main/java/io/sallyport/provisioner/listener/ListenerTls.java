package io.sallyport.provisioner.listener;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.netty.NettySslContextBuilder;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.micronaut.http.server.netty.ssl.NettyServerSslFactory;
import io.micronaut.http.ssl.ClientAuthentication;
import io.netty.handler.ssl.SslContext;

import jakarta.inject.Singleton;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** Decides per listener what is said in the TLS handshake. */
@Singleton
@Replaces(NettyServerSslFactory.class)
final class ListenerTls extends NettyServerSslFactory {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    // Our certificates are ECDSA; RFC 9325 section 4.2 for TLS 1.2.
    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Clock clock;

    ListenerTls(Clock clock) {
        this.clock = clock;
    }

    @Override
    public NettySslContextBuilder serverBuilder(NettyListenerConfiguration listener) {
        return new NettySslContextBuilder(true) {
            @Override
            protected KeyManagerFactory createKeyManagerFactory() throws GeneralSecurityException {
                var factory =
                        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(keyStore(), ListenerCertificate.NO_PASSWORD);
                return factory;
            }

            @Override
            protected @Nullable TrustManagerFactory createTrustManagerFactory() throws Exception {
                TrustManagerFactory usual = super.createTrustManagerFactory();
                List<X509Certificate> ofEnded =
                        ListenerCertificate.authoritiesOfEnded(trustStore());
                return ofEnded.isEmpty() ? usual : ClientTrust.factory(usual, ofEnded, clock);
            }

            // The framework sets what its own configuration says, the same for all listeners, after
            // it got this builder; so it is set once more where the context is built.
            @Override
            public SslContext buildTcp() throws Exception {
                protocols(PROTOCOLS);
                ciphers(SUITES, false);
                clientAuthentication(askOf(listener.getKeyName()));
                return super.buildTcp();
            }
        };
    }

    /** A device that enrols for the first time has no certificate to show (RFC 7030 3.3.2). */
    private static @Nullable ClientAuthentication askOf(String listener) {
        return switch (listener) {
            case ListenerCertificates.INTERNAL -> ClientAuthentication.NEED;
            case ListenerCertificates.ENROLMENT -> ClientAuthentication.WANT;
            default -> null;
        };
    }
}
