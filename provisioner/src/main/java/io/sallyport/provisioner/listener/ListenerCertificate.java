package io.sallyport.provisioner.listener;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.ssl.CertificateProvider;
import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;

import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import reactor.core.publisher.Sinks;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The key and certificate of one listener, and whom it trusts. */
final class ListenerCertificate implements CertificateProvider {
    /** Key stores in memory need a password for form's sake. */
    static final char[] NO_PASSWORD = {};

    private static final Logger LOG = LoggerFactory.getLogger(ListenerCertificate.class);
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(10);

    /** What the trust store calls the authorities whose clients' certificates may have ended. */
    private static final String OF_ENDED = "clients-ended-";

    private final String name;
    private final CertificateNames names;
    private final Supplier<List<ClientAuthority>> clients;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final SecureRandom random;
    private final Clock clock;
    private final Sinks.Many<KeyStore> keyStores = Sinks.many().replay().latest();
    private final Sinks.Many<KeyStore> trustStores = Sinks.many().replay().latest();
    private Optional<List<ClientAuthority>> accepted = Optional.empty();
    private List<X509Certificate> issuers = List.of();
    private Instant notAfter = Instant.EPOCH;

    /**
     * An authority whose certificates clients may show.
     *
     * @param ofEnded also for a while after their end, see {@link ClientTrust}
     */
    record ClientAuthority(X509Certificate certificate, boolean ofEnded) {}

    /**
     * @param clients whose certificates clients may show now; none where no client is asked for one
     */
    ListenerCertificate(
            String name,
            CertificateNames names,
            Supplier<List<ClientAuthority>> clients,
            Certificates certificates,
            TrustedCertificates trusted,
            SecureRandom random,
            Clock clock) {
        this.name = name;
        this.names = names;
        this.clients = clients;
        this.certificates = certificates;
        this.trusted = trusted;
        this.random = random;
        this.clock = clock;
    }

    /** Makes a key and a certificate if there is none, or if it ends soon. Blocks. */
    synchronized void renew() {
        if (clock.instant().isBefore(notAfter.minus(RENEWED_BEFORE_END))) {
            return;
        }
        make();
    }

    private void make() {
        GeneratedKey key = GeneratedKey.p256(random);
        Certificate certificate = certificates.issue(EndEntityProfile.TLS_SERVER, names, key);
        List<X509Certificate> above = trusted.chainAbove(certificate);
        try {
            List<X509Certificate> chain = new ArrayList<>(Pem.certificates(certificate.pem()));
            chain.addAll(above);
            KeyStore keyStore = emptyStore();
            keyStore.setKeyEntry(
                    name, key.privateKey(), NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            keyStores.emitNext(keyStore, Sinks.EmitFailureHandler.FAIL_FAST);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate just issued cannot be used", e);
        }
        notAfter = certificate.notAfter();
        issuers = above;
        LOG.info("listener {} has a certificate until {}", name, notAfter);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Publisher<KeyStore> getKeyStore() {
        return keyStores.asFlux();
    }

    @Override
    public Publisher<KeyStore> getTrustStore() {
        return trustStores.asFlux();
    }

    /** Whether it trusts whom it is to trust, and its certificate is of who issues now. Blocks. */
    synchronized boolean isUpToDate() {
        return accepted.equals(Optional.of(clients.get())) && hasPresentIssuers();
    }

    /** Follows the authorities; connections that are open stay so. Blocks. */
    synchronized void follow() {
        trust();
        if (!hasPresentIssuers()) {
            make();
        }
    }

    private boolean hasPresentIssuers() {
        return issuers.equals(trusted.chainAbove(AuthorityProfile.INTERNAL));
    }

    private void trust() {
        List<ClientAuthority> now = clients.get();
        if (accepted.equals(Optional.of(now))) {
            return;
        }
        try {
            KeyStore store = emptyStore();
            for (int index = 0; index < now.size(); index++) {
                ClientAuthority authority = now.get(index);
                store.setCertificateEntry(
                        (authority.ofEnded() ? OF_ENDED : "clients-") + index,
                        authority.certificate());
            }
            trustStores.emitNext(store, Sinks.EmitFailureHandler.FAIL_FAST);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no key store of type PKCS12", e);
        }
        accepted = Optional.of(now);
    }

    /** Those of a trust store made here whose clients' certificates may have ended. */
    static List<X509Certificate> authoritiesOfEnded(@Nullable KeyStore store)
            throws KeyStoreException {
        if (store == null) {
            return List.of();
        }
        List<X509Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (alias.startsWith(OF_ENDED)) {
                found.add((X509Certificate) store.getCertificate(alias));
            }
        }
        return found;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
