package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.login.AttemptLimiter;
import io.sallyport.gateway.login.LoginClient;
import io.sallyport.gateway.login.LoginDesk;
import io.sallyport.gateway.login.LoginOutcome;
import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionId;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * Logs in to itself before the listener opens: the requests of a stock client, from the first form
 * to the reply to CONNECT, through the product's handler. Behind it is nobody who is asked and no
 * session that opens, so that nothing of it can be reached or is left.
 */
public final class LoginWarmUp {
    private static final IpAddress SOURCE = IpAddress.parse("127.0.0.1");
    private static final SessionCookie COOKIE = new SessionCookie("A".repeat(66));
    private static final GroupPolicy GROUP =
            new GroupPolicy(
                    "warm-up",
                    "Warm & up",
                    Set.of(Factor.PASSWORD),
                    List.of(IpNetwork.parse("192.0.2.0/24"), IpNetwork.parse("2001:db8::/64")),
                    List.of(),
                    List.of(IpAddress.parse("192.0.2.53")),
                    List.of(),
                    Optional.empty(),
                    Optional.of("Warm & up"),
                    0,
                    90,
                    300,
                    1_800,
                    86_400,
                    86_400,
                    List.of(),
                    0,
                    0,
                    0);

    private static final String HEADERS =
            """
            Host: 192.0.2.1\r
            User-Agent: Open AnyConnect VPN Agent v9.01\r
            Accept: */*\r
            Accept-Encoding: identity\r
            X-Transcend-Version: 1\r
            X-Aggregate-Auth: 1\r
            """;

    private static final List<byte[]> REQUESTS =
            List.of(
                    post("init", "<group-access>https://192.0.2.1/</group-access>"),
                    post(
                            "auth-reply",
                            "<opaque is-for=\"sg\"></opaque><auth><username>warm</username>"
                                    + "<password>a &lt;&amp;&gt; b</password></auth>"),
                    octets(
                            "CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\n"
                                    + HEADERS
                                    + "Cookie: webvpn="
                                    + COOKIE.text()
                                    + "\r\nX-CSTP-Version: 1\r\nX-CSTP-Hostname: warm\r\n"
                                    + "X-CSTP-Base-MTU: 1500\r\nX-CSTP-MTU: 1390\r\n"
                                    + "X-CSTP-Address-Type: IPv6,IPv4\r\n"
                                    + "X-DTLS-CipherSuite: PSK-NEGOTIATE:AES128-SHA\r\n\r\n"));

    private final Clock clock;
    private final ConnectionHandler handler;
    private int granted;

    private LoginWarmUp(Clock clock) {
        this.clock = clock;
        handler =
                new ConnectionHandler(
                        new LoginDesk(
                                () -> List.of(GROUP),
                                this::accept,
                                new AttemptLimiter(100, Duration.ofNanos(1), System::nanoTime),
                                Optional::empty),
                        new Granting(),
                        ConnectionLimits.DEFAULT,
                        new Silent(),
                        System::nanoTime);
    }

    /**
     * Logs in until the time is over; blocks.
     *
     * @return how many logins there were
     * @throws IllegalStateException if one failed, as they all would then
     */
    public static int run(Clock clock, Duration length) {
        long start = System.nanoTime();
        return run(clock, _ -> System.nanoTime() - start < length.toNanos());
    }

    /**
     * Logs in so many times; blocks.
     *
     * @return how many logins there were
     * @throws IllegalStateException if one failed
     */
    public static int run(Clock clock, int logins) {
        return run(clock, done -> done < logins);
    }

    private static int run(Clock clock, IntPredicate more) {
        LoginWarmUp warmUp = new LoginWarmUp(clock);
        int logins = 0;
        do {
            warmUp.handler.handle(new Recorded(), SOURCE);
            logins++;
            if (warmUp.granted != logins) {
                throw new IllegalStateException("a login with ourselves failed");
            }
        } while (more.test(logins));
        return logins;
    }

    private LoginDecision accept(LoginRequest request) {
        return new LoginDecision.Accepted(
                new LoginGrant(
                        new SessionId("0".repeat(32)),
                        new UUID(0, 0),
                        request.username().orElseThrow(),
                        GROUP,
                        clock.instant().plus(Duration.ofHours(1))));
    }

    private static byte[] post(String type, String content) {
        byte[] document =
                octets(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <config-auth client="vpn" type="%s" aggregate-auth-version="2">\
                        <version who="vpn">v9.01</version><device-id>linux-64</device-id>\
                        <capabilities><auth-method>single-sign-on-v2</auth-method></capabilities>\
                        %s</config-auth>
                        """
                                .formatted(type, content));
        return octets(
                "POST / HTTP/1.1\r\n"
                        + HEADERS
                        + "Content-Type: application/xml; charset=utf-8\r\nContent-Length: "
                        + document.length
                        + "\r\n\r\n"
                        + new String(document, StandardCharsets.UTF_8));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Has one session, which no tunnel follows. */
    private final class Granting implements Sessions {
        @Override
        public Optional<String> closedForLogins() {
            return Optional.empty();
        }

        @Override
        public Opening open(VerifiedLogin login) {
            return new Opening.Opened(COOKIE);
        }

        @Override
        public ConnectDecision connect(
                SessionCookie cookie,
                Optional<X509Certificate> clientCertificate,
                IpAddress source,
                ConnectRequest request) {
            TunnelOffer offer =
                    new TunnelOffer(
                            Optional.of(new TunnelOffer.Assigned(IpAddress.parse("192.0.2.2"), 24)),
                            Optional.of(
                                    new TunnelOffer.Assigned(IpAddress.parse("2001:db8::2"), 64)),
                            GROUP,
                            TunnelMtu.of(request, 0, 1_500, false, request.pskNegotiate()),
                            Duration.ofHours(1),
                            Duration.ofHours(1),
                            Duration.ofMinutes(5),
                            Optional.of(
                                    new TunnelOffer.DtlsOffer(
                                            443,
                                            Octets.of(
                                                    new byte
                                                            [TunnelOffer.DtlsOffer
                                                                    .APP_ID_LENGTH]))));
            return new ConnectDecision.Granted(offer, new Unused());
        }
    }

    /** Counts the tunnels that were granted. */
    private final class Unused implements TunnelStart {
        @Override
        public void start(EstablishedTls tls) {
            throw new IllegalStateException("there is no connection to take over");
        }

        @Override
        public void abandon() {
            granted++;
        }
    }

    /** Brings the requests, and forgets the replies. */
    private static final class Recorded implements ClientConnection {
        private final InputStream in = new OneByOne();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public void deadline(Duration fromNow) {
            // nothing here waits
        }

        @Override
        public ClientCertificate certificate() {
            return new ClientCertificate.None();
        }

        @Override
        public EstablishedTls takeOver() throws IOException {
            throw new IOException("the reply was all that was wanted");
        }

        @Override
        public void close() {
            // there is nothing to close
        }
    }

    /** A request follows when the one before was read, as with a client that waits for replies. */
    private static final class OneByOne extends InputStream {
        private int next;
        private ByteBuffer request = ByteBuffer.allocate(0);

        @Override
        public int read() {
            throw new UnsupportedOperationException("requests are read in pieces");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (!request.hasRemaining()) {
                if (next == REQUESTS.size()) {
                    return -1;
                }
                request = ByteBuffer.wrap(REQUESTS.get(next++));
            }
            int given = Math.min(length, request.remaining());
            request.get(buffer, offset, given);
            return given;
        }
    }

    /** Nobody is told. */
    private static final class Silent implements ConnectionListener {
        @Override
        public void rejected(IpAddress source, RejectReason reason) {}

        @Override
        public void connect(IpAddress source, ConnectOutcome outcome) {}

        @Override
        public void failed(IpAddress source, Exception cause) {}

        @Override
        public void login(LoginClient client, String group, LoginOutcome outcome) {}
    }
}
