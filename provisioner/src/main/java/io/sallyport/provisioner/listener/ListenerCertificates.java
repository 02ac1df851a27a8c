package io.sallyport.provisioner.listener;

import io.micronaut.context.annotation.Factory;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.configuration.Configuration;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** Whom the listeners' certificates speak of. */
@Factory
final class ListenerCertificates {
    static final String API = "api";
    static final String INTERNAL = "internal";

    private final Configuration configuration;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final SecureRandom random;
    private final Clock clock;

    ListenerCertificates(
            Configuration configuration,
            Certificates certificates,
            TrustedCertificates trusted,
            SecureRandom random,
            Clock clock) {
        this.configuration = configuration;
        this.certificates = certificates;
        this.trusted = trusted;
        this.random = random;
        this.clock = clock;
    }

    @Singleton
    @Named(API)
    ListenerCertificate api() {
        return certificate(API, configuration.apiNames().stream());
    }

    @Singleton
    @Named(INTERNAL)
    ListenerCertificate internal() {
        return certificate(
                INTERNAL,
                Stream.of(
                        configuration
                                .internalUrl()
                                .map(URI::getHost)
                                .map(ListenerCertificates::withoutBrackets)
                                .orElse(configuration.internal().address().toString())));
    }

    private ListenerCertificate certificate(String name, Stream<String> names) {
        List<Identity> identities = names.map(ListenerCertificates::identity).distinct().toList();
        var made =
                new ListenerCertificate(
                        name,
                        new CertificateNames(identities),
                        certificates,
                        trusted,
                        random,
                        clock);
        made.renew();
        return made;
    }

    private static Identity identity(String name) {
        return name.matches("[0-9.]+|.*:.*") ? Identity.ip(name) : Identity.dns(name);
    }

    /** An IPv6 address stands in brackets in a URL (RFC 3986 section 3.2.2). */
    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
