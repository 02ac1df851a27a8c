package io.sallyport.provisioner.listener;

import io.micronaut.scheduling.annotation.Scheduled;

import jakarta.inject.Singleton;

import java.util.List;

/** Renews the listeners' certificates while the process runs; connections are not interrupted. */
@Singleton
class CertificateRenewal {
    private final List<ListenerCertificate> certificates;

    CertificateRenewal(List<ListenerCertificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    @Scheduled(fixedDelay = "1h", initialDelay = "1h")
    void renew() {
        certificates.forEach(ListenerCertificate::renew);
    }
}
