package io.sallyport.gateway.cstp;

import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.Octets;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One session at most. Its cookie is always the same, so that exchanges can be recorded. */
final class FakeSessions implements Sessions {
    static final SessionCookie COOKIE =
            new SessionCookie("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMA");

    /** "started" or "abandoned", as it happens. */
    final BlockingQueue<String> starts = new LinkedBlockingQueue<>();

    volatile Optional<String> closed = Optional.empty();
    volatile Optional<Opening> instead = Optional.empty();
    volatile Optional<ConnectDecision> insteadOfTunnel = Optional.empty();
    private volatile Optional<GroupPolicy> open = Optional.empty();

    @Override
    public Optional<String> closedForLogins() {
        return closed;
    }

    @Override
    public Opening open(VerifiedLogin login) {
        if (instead.isPresent()) {
            return instead.get();
        }
        open = Optional.of(login.grant().policy());
        return new Opening.Opened(COOKIE);
    }

    @Override
    public ConnectDecision connect(
            SessionCookie cookie,
            Optional<X509Certificate> clientCertificate,
            IpAddress source,
            ConnectRequest request) {
        if (insteadOfTunnel.isPresent()) {
            return insteadOfTunnel.get();
        }
        if (!cookie.equals(COOKIE) || open.isEmpty()) {
            return new ConnectDecision.NoSession();
        }
        return new ConnectDecision.Granted(offer(open.get(), request), start());
    }

    static TunnelOffer offer(GroupPolicy policy, ConnectRequest request) {
        byte[] appId = new byte[TunnelOffer.DtlsOffer.APP_ID_LENGTH];
        for (int i = 0; i < appId.length; i++) {
            appId[i] = (byte) i;
        }
        return new TunnelOffer(
                Optional.of(new TunnelOffer.Assigned(IpAddress.parse("10.74.1.106"), 22)),
                request.ipv6()
                        ? Optional.of(new TunnelOffer.Assigned(IpAddress.parse("fd74::106"), 64))
                        : Optional.empty(),
                policy,
                TunnelMtu.of(request, policy.mtu(), 1_500, false, request.pskNegotiate()),
                Duration.ofHours(24),
                Duration.ofHours(2),
                Duration.ofMinutes(5),
                request.pskNegotiate()
                        ? Optional.of(new TunnelOffer.DtlsOffer(443, Octets.of(appId)))
                        : Optional.empty());
    }

    private TunnelStart start() {
        return new TunnelStart() {
            @Override
            public void start(EstablishedTls tls) {
                starts.add("started");
            }

            @Override
            public void abandon() {
                starts.add("abandoned");
            }
        };
    }
}
