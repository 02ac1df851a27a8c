package io.sallyport.provisioner.listener;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.http.server.netty.NettyEmbeddedServerFactory;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.micronaut.runtime.ApplicationConfiguration;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.configuration.PrivateFile;
import io.sallyport.provisioner.revocation.StatusListener;
import io.sallyport.wire.WireJson;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens and closes the listeners. */
@Singleton
public final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** Longer than a long poll lasts. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

    /** Nobody waits for anything on the enrolment listener. */
    private static final Duration ENROLMENT_IDLE_TIMEOUT = Duration.ofSeconds(10);

    /** Longer than the slowest answer, when the database hangs. */
    private static final Duration ENROLMENT_LIFETIME = Duration.ofSeconds(60);

    private static final long MAX_API_REQUEST_OCTETS = 64 * 1024;

    /** The largest PKCS#10 request that is looked at, in base64 with line ends. */
    private static final long MAX_ENROLMENT_REQUEST_OCTETS = 24 * 1024;

    private final Configuration configuration;
    private final NettyEmbeddedServer api;
    private final NettyEmbeddedServer internal;
    private final NettyEmbeddedServer enrolment;
    private final StatusListener status;
    private final Path listening;

    Listeners(
            Configuration configuration,
            NettyEmbeddedServerFactory factory,
            ApplicationConfiguration application,
            StatusListener status,
            Clock clock,
            @Value("${sallyport.connections-per-listener:2000}") int connections,
            @Value("${sallyport.enrolment.connections-per-peer:64}") int connectionsPerPeer,
            @Value("${sallyport.enrolment.handshakes-a-minute:600}") int handshakesAMinute) {
        this.configuration = configuration;
        this.status = status;
        this.api =
                factory.build(
                        settings(
                                application,
                                ListenerCertificates.API,
                                configuration.api(),
                                MAX_API_REQUEST_OCTETS,
                                IDLE_TIMEOUT));
        this.internal =
                factory.build(
                        settings(
                                application,
                                ListenerCertificates.INTERNAL,
                                configuration.internal(),
                                WireJson.MAX_OCTETS,
                                IDLE_TIMEOUT));
        this.enrolment =
                factory.build(
                        settings(
                                application,
                                ListenerCertificates.ENROLMENT,
                                configuration.enrolment(),
                                MAX_ENROLMENT_REQUEST_OCTETS,
                                ENROLMENT_IDLE_TIMEOUT));
        api.register(new ConnectionOrigin(ListenerKind.API));
        internal.register(new ConnectionOrigin(ListenerKind.INTERNAL));
        enrolment.register(new ConnectionOrigin(ListenerKind.ENROLMENT));
        for (NettyEmbeddedServer each : List.of(api, internal, enrolment)) {
            each.register(new ConnectionBound(connections));
        }
        enrolment.register(
                new PeerBound(connectionsPerPeer, handshakesAMinute, ENROLMENT_LIFETIME, clock));
        this.listening = file(configuration);
    }

    private static NettyHttpServerConfiguration settings(
            ApplicationConfiguration application,
            String name,
            Configuration.Listener where,
            long maxRequestOctets,
            Duration idleTimeout) {
        var listener = new NettyListenerConfiguration(name);
        listener.setHost(where.address().toString());
        listener.setPort(where.port());
        listener.setSsl(true);
        listener.setKeyName(name);
        listener.setTrustName(name);
        var settings = new NettyHttpServerConfiguration(application);
        settings.setListeners(List.of(listener));
        settings.setMaxRequestSize(maxRequestOctets);
        settings.setMaxRequestBufferSize(maxRequestOctets);
        settings.setIdleTimeout(idleTimeout);
        settings.setRequestDecompressionEnabled(false);
        return settings;
    }

    /**
     * Deletes {@code listening.json}, which a killed process may have left.
     *
     * @throws IOException if it cannot be deleted
     */
    public static void forget(Configuration configuration) throws IOException {
        Files.deleteIfExists(file(configuration));
    }

    private static Path file(Configuration configuration) {
        return configuration.data().resolve("listening.json");
    }

    /**
     * Opens all and writes {@code listening.json}. Blocks until they answer.
     *
     * @throws IOException if the file cannot be written
     */
    public void open() throws IOException {
        status.open();
        internal.start();
        api.start();
        enrolment.start();
        PrivateFile.write(
                listening,
                "{\"apiUrl\": \"%s\", \"internalUrl\": \"%s\", \"enrolmentUrl\": \"%s\"%s}\n"
                        .formatted(
                                apiUrl(),
                                internalUrl(),
                                enrolmentUrl(),
                                revocationUrl()
                                        .map(", \"revocationUrl\": \"%s\""::formatted)
                                        .orElse("")));
        LOG.info(
                "listening: API {}, nodes {}, branches that enrol {}",
                apiUrl(),
                internalUrl(),
                enrolmentUrl());
    }

    /** Where customers and operators reach the API: the first name in its certificate. */
    public URI apiUrl() {
        return url(configuration.apiNames().getFirst(), api.getPort());
    }

    /** Where concentrators reach us. */
    public URI internalUrl() {
        return configuration
                .internalUrl()
                .orElseGet(
                        () ->
                                url(
                                        configuration.internal().address().toString(),
                                        internal.getPort()));
    }

    /** Where devices of branches enrol and renew: scheme, host and port alone. */
    public URI enrolmentUrl() {
        return configuration
                .enrolmentUrl()
                .orElseGet(() -> url(configuration.apiNames().getFirst(), enrolment.getPort()));
    }

    /** Where devices of teleworkers do so: with the label of theirs (RFC 7030 section 3.2.2). */
    public URI teleworkerEnrolmentUrl() {
        return enrolmentUrl().resolve("/.well-known/est/teleworkers");
    }

    /** Where CRLs and OCSP answers are, while somebody listens there. */
    public Optional<URI> revocationUrl() {
        return status.address()
                .map(
                        bound ->
                                configuration
                                        .revocationUrl()
                                        .orElseGet(
                                                () ->
                                                        url(
                                                                "http",
                                                                bound.getAddress().getHostAddress(),
                                                                bound.getPort())));
    }

    /** Closes all; requests that are being answered get a moment to end. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(listening);
        enrolment.stop();
        api.stop();
        internal.stop();
        status.close();
    }

    private static URI url(String host, int port) {
        return url("https", host, port);
    }

    private static URI url(String scheme, String host, int port) {
        return URI.create(
                "%s://%s:%d".formatted(scheme, host.contains(":") ? "[" + host + "]" : host, port));
    }
}
