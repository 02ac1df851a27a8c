package io.sallyport.provisioner.listener;

import io.micronaut.scheduling.annotation.Scheduled;
import io.sallyport.provisioner.authority.LocalTrust;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * Renews the listeners' certificates while the process runs, and follows the authorities that they
 * accept; connections are not interrupted.
 */
@Singleton
class CertificateRenewal implements LocalTrust {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    private final List<ListenerCertificate> certificates;

    CertificateRenewal(List<ListenerCertificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    @Scheduled(fixedDelay = "1h", initialDelay = "1h")
    void renew() {
        certificates.forEach(ListenerCertificate::renew);
    }

    @Scheduled(fixedDelay = "1s", initialDelay = "1s")
    void follow() {
        try {
            certificates.forEach(ListenerCertificate::follow);
        } catch (RuntimeException e) {
            // Mostly a database that is away: what was accepted before still is.
            LOG.debug("the listeners do not follow the authorities", e);
        }
    }

    @Override
    public boolean isUpToDate() {
        return certificates.stream().allMatch(ListenerCertificate::isUpToDate);
    }
}
