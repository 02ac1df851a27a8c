package io.sallyport.gateway;

import io.sallyport.gateway.cstp.ConnectionListener;
import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.login.LoginClient;
import io.sallyport.gateway.login.LoginOutcome;
import io.sallyport.gateway.metrics.Tally;
import io.sallyport.gateway.tls.HandshakeRefused;
import io.sallyport.wire.IpAddress;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Counts and logs what becomes of connections before they are tunnels. Thread-safe. */
final class Counts implements ConnectionListener {
    private static final Logger LOG = System.getLogger("io.sallyport.gateway.connection");

    final Tally handshakes = new Tally();
    final Tally handshakeFailures = new Tally();
    final Tally logins = new Tally();
    final Tally connects = new Tally();
    final Tally rejects = new Tally();

    void handshake(String version, String cipherSuite) {
        handshakes.count(version + " " + cipherSuite);
    }

    void handshakeFailed(IpAddress source, HandshakeRefused refused) {
        handshakeFailures.count(refused.reason());
        // Anybody can make these: not a line each unless asked for.
        LOG.log(
                Level.DEBUG,
                "event=handshake-refused source={0} reason={1}",
                source,
                refused.reason());
    }

    @Override
    public void login(LoginClient client, String group, LoginOutcome outcome) {
        logins.count(outcome);
        LOG.log(
                outcome.isUnbounded() ? Level.DEBUG : Level.INFO,
                "event=login source={0} group={1} outcome={2}",
                client.source(),
                group,
                outcome.label());
    }

    @Override
    public void rejected(IpAddress source, RejectReason reason) {
        rejects.count(reason);
        LOG.log(Level.DEBUG, "event=rejected source={0} reason={1}", source, reason.label());
    }

    @Override
    public void connect(IpAddress source, ConnectOutcome outcome) {
        connects.count(outcome);
        LOG.log(level(outcome), "event=connect source={0} outcome={1}", source, outcome);
    }

    /** Who has no session can make as many of these as he likes. */
    private static Level level(ConnectOutcome outcome) {
        return switch (outcome) {
            case GRANTED, UNAVAILABLE -> Level.INFO;
            case NO_COOKIE, NO_SESSION -> Level.DEBUG;
        };
    }

    @Override
    public void failed(IpAddress source, Exception cause) {
        boolean ours = cause instanceof RuntimeException;
        rejects.count(ours ? "fault" : "connection_broke");
        LOG.log(
                ours ? Level.ERROR : Level.DEBUG,
                "event=connection-failed source=" + source,
                cause);
    }
}
