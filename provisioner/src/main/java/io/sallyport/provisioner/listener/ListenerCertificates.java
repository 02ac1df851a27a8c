package io.sallyport.provisioner.listener;

import io.micronaut.context.annotation.Factory;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.listener.ListenerCertificate.ClientAuthority;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whom the listeners' certificates speak of. */
@Factory
final class ListenerCertificates {
    static final String API = "api";
    static final String INTERNAL = "internal";
    static final String ENROLMENT = "enrolment";

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
        return certificate(API, configuration.apiNames().stream(), List::of);
    }

    @Singleton
    @Named(INTERNAL)
    ListenerCertificate internal() {
        // The internal authority itself, not the root: the authority for sites is below the same
        // root, and a branch is no concentrator.
        return certificate(
                INTERNAL,
                Stream.of(
                        configuration
                                .internalUrl()
                                .map(URI::getHost)
                                .map(ListenerCertificates::withoutBrackets)
                                .orElse(configuration.internal().address().toString())),
                () -> accepted(AuthorityProfile.INTERNAL, false).toList());
    }

    /**
     * Devices of branches and teleworkers reach it by the name that they are told, or by the API's
     * names.
     */
    @Singleton
    @Named(ENROLMENT)
    ListenerCertificate enrolment() {
        return certificate(
                ENROLMENT,
                configuration
                        .enrolmentUrl()
                        .map(URI::getHost)
                        .map(ListenerCertificates::withoutBrackets)
                        .map(Stream::of)
                        .orElseGet(() -> configuration.apiNames().stream()),
                () ->
                        Stream.concat(
                                        accepted(AuthorityProfile.SITES, false),
                                        accepted(AuthorityProfile.TELEWORKERS, true))
                                .toList());
    }

    private Stream<ClientAuthority> accepted(AuthorityProfile purpose, boolean ofEnded) {
        return trusted.accepted(purpose).stream()
                .map(certificate -> new ClientAuthority(certificate, ofEnded));
    }

    private ListenerCertificate certificate(
            String name, Stream<String> names, Supplier<List<ClientAuthority>> clients) {
        List<Identity> identities = names.map(ListenerCertificates::identity).distinct().toList();
        var made =
                new ListenerCertificate(
                        name,
                        new CertificateNames(identities),
                        clients,
                        certificates,
                        trusted,
                        random,
                        clock);
        made.renew();
        made.follow();
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
