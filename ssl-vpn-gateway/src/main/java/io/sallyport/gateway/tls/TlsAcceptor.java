package io.sallyport.gateway.tls;

import io.sallyport.gateway.tls.HandshakeRefused.Reason;

import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsTimeoutException;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/**
 * Runs the server side of TLS handshakes. Thread-safe.
 *
 * <p>A client certificate is asked for if the credentials name authorities, and never insisted on:
 * groups differ in what they require, and a client learns more from a refusal that its login shows
 * than from an alert. For the same reason a certificate that is expired, revoked or foreign does
 * not end the handshake; {@link TlsConnection#clientCertificate()} says so. A client without the
 * private key does not get that far.
 */
public final class TlsAcceptor {

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private volatile Prepared prepared;

    /** Both sides of one set of credentials. */
    private record Prepared(ServerIdentity identity, ClientChains clientChains) {}

    /**
     * @throws IllegalArgumentException if the credentials cannot be used
     */
    public TlsAcceptor(TlsCredentials credentials, Clock clock) {
        this.clock = clock;
        this.prepared = prepare(credentials);
    }

    /**
     * From now on, new handshakes use these credentials; connections that live go on.
     *
     * @throws IllegalArgumentException if the credentials cannot be used; the old ones stay
     */
    public void install(TlsCredentials credentials) {
        prepared = prepare(credentials);
    }

    private Prepared prepare(TlsCredentials credentials) {
        return new Prepared(
                new ServerIdentity(credentials, random), new ClientChains(credentials, clock));
    }

    /**
     * Runs the handshake on a connected blocking channel; blocks, for a virtual thread. The channel
     * is closed when it fails.
     *
     * @param deadline for the handshake as a whole, however the octets come
     */
    public TlsConnection accept(SocketChannel channel, Duration deadline) throws HandshakeRefused {
        Prepared current = prepared;
        var time = new Deadline(channel);
        time.in(deadline);
        var streams = new HandshakeStreams(channel);
        var crypto = new JdkTlsCrypto(random);
        var server = new GatewayTlsServer(crypto, current.identity());
        try {
            new TlsServerProtocol(streams.in(), streams.out()).accept(server);
            streams.send();
            return new TlsConnection(
                    channel,
                    time,
                    server,
                    crypto.cipher(),
                    current.clientChains().judge(server.clientChain()));
        } catch (IOException | RuntimeException e) {
            try {
                // The alert.
                streams.send();
            } catch (IOException _) {
                // The peer is gone.
            }
            throw refused(e, time, channel);
        }
    }

    private static HandshakeRefused refused(Exception cause, Deadline time, SocketChannel channel) {
        time.cancel();
        Reason reason = time.passed() ? Reason.DEADLINE : reason(cause);
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return new HandshakeRefused(reason, cause.getMessage(), cause);
    }

    /** For BouncyCastle a message above our limit is a fault of its own; its text alone tells. */
    private static boolean saysTooLong(TlsFatalAlert alert) {
        return alert.getCause() == null
                && String.valueOf(alert.getMessage()).contains("length exceeds the maximum");
    }

    /** What made a handshake fail. */
    static Reason reason(Exception cause) {
        return switch (cause) {
            case TlsFatalAlertReceived _ -> Reason.PEER_ALERT;
            case TlsTimeoutException _ -> Reason.DEADLINE;
            case TlsFatalAlert alert ->
                    switch (alert.getAlertDescription()) {
                        case AlertDescription.handshake_failure,
                                AlertDescription.protocol_version,
                                AlertDescription.insufficient_security,
                                AlertDescription.inappropriate_fallback ->
                                Reason.NOTHING_IN_COMMON;
                        case AlertDescription.internal_error ->
                                saysTooLong(alert) ? Reason.BROKEN_PROTOCOL : Reason.INTERNAL;
                        default -> Reason.BROKEN_PROTOCOL;
                    };
            case EOFException _ -> Reason.PEER_LEFT;
            case SocketException _ -> Reason.PEER_LEFT;
            case ClosedChannelException _ -> Reason.PEER_LEFT;
            case IOException _ -> Reason.PEER_LEFT;
            default -> Reason.INTERNAL;
        };
    }
}
