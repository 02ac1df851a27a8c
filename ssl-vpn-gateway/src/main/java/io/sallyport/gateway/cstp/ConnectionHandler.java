package io.sallyport.gateway.cstp;

import io.sallyport.gateway.cstp.ConnectionListener.ConnectOutcome;
import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.http.Request;
import io.sallyport.gateway.http.RequestHeader;
import io.sallyport.gateway.http.RequestReader;
import io.sallyport.gateway.http.RequestRejected;
import io.sallyport.gateway.http.Response;
import io.sallyport.gateway.http.ResponseHeader;
import io.sallyport.gateway.http.Status;
import io.sallyport.gateway.login.ConfigAuth;
import io.sallyport.gateway.login.FormBody;
import io.sallyport.gateway.login.LoginClient;
import io.sallyport.gateway.login.LoginDesk;
import io.sallyport.gateway.login.LoginDialogue;
import io.sallyport.gateway.login.LoginDocuments;
import io.sallyport.gateway.login.LoginMessage;
import io.sallyport.gateway.login.LoginOutcome;
import io.sallyport.gateway.login.LoginReply;
import io.sallyport.gateway.login.MalformedDocument;
import io.sallyport.gateway.login.VerifiedLogin;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.gateway.tls.TlsConnection;
import io.sallyport.wire.IpAddress;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The life of a connection from the end of its TLS handshake to its tunnel: login requests, then
 * CONNECT, in this order or the latter alone. What does not belong there closes the connection
 * without a body. One handler serves all connections, each on a virtual thread of its own.
 */
public final class ConnectionHandler {
    private final LoginDesk desk;
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final ConnectionListener listener;
    private final LongSupplier nanoTime;

    /**
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public ConnectionHandler(
            LoginDesk desk,
            Sessions sessions,
            ConnectionLimits limits,
            ConnectionListener listener,
            LongSupplier nanoTime) {
        this.desk = desk;
        this.sessions = sessions;
        this.limits = limits;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /**
     * Serves a connection until it is closed or has become a tunnel; blocks. Afterwards the
     * connection is closed, or belongs to the tunnel.
     *
     * @param source where the client is
     */
    public void handle(TlsConnection tls, IpAddress source) {
        handle(ClientConnection.of(tls), source);
    }

    void handle(ClientConnection connection, IpAddress source) {
        try (connection) {
            new Visit(connection, source).serve();
        } catch (RequestRejected e) {
            listener.rejected(source, e.reason());
        } catch (SocketTimeoutException _) {
            listener.rejected(source, RejectReason.DEADLINE);
        } catch (IOException | RuntimeException e) {
            listener.failed(source, e);
        }
    }

    /** One connection. */
    private final class Visit {
        private final ClientConnection connection;
        private final IpAddress source;
        private final LoginDialogue dialogue = new LoginDialogue(desk, listener);
        private final long over = nanoTime.getAsLong() + limits.total().toNanos();

        Visit(ClientConnection connection, IpAddress source) {
            this.connection = connection;
            this.source = source;
        }

        void serve() throws IOException {
            RequestReader reader = new RequestReader(connection.in());
            Duration patience = limits.firstRequest();
            for (int count = 0; ; count++) {
                allow(patience);
                if (!reader.await()) {
                    return;
                }
                if (count == limits.requests()) {
                    throw new RequestRejected(
                            RejectReason.TOO_MANY_REQUESTS, "more requests than a login needs");
                }
                allow(limits.request());
                if (!answer(request(reader))) {
                    return;
                }
                patience = limits.nextRequest();
            }
        }

        /** What follows has this long, and no longer than the connection still has. */
        private void allow(Duration time) throws SocketTimeoutException {
            Duration left = Duration.ofNanos(over - nanoTime.getAsLong());
            if (!left.isPositive()) {
                throw new SocketTimeoutException("the connection has had its time");
            }
            connection.deadline(time.compareTo(left) < 0 ? time : left);
        }

        private Request request(RequestReader reader) throws IOException {
            try {
                return reader.read();
            } catch (RequestRejected e) {
                if (e.reason() == RejectReason.UNKNOWN_REQUEST) {
                    notFound();
                }
                throw e;
            }
        }

        // Somebody may have mistyped the address of a group.
        private void notFound() throws IOException {
            allow(limits.response());
            new Response(Status.NOT_FOUND)
                    .with(ResponseHeader.CONNECTION, "close")
                    .send(connection.out(), "");
        }

        /**
         * @return whether another request may follow
         */
        private boolean answer(Request request) throws IOException {
            switch (request) {
                case Request.FormPage page -> {
                    return login(new LoginMessage.Page(page.path()), request, false);
                }
                case Request.XmlPost post -> {
                    return login(message(() -> ConfigAuth.parse(post)), request, true);
                }
                case Request.FormPost post -> {
                    return login(message(() -> FormBody.parse(post)), request, false);
                }
                case Request.Connect connect -> {
                    connect(connect);
                    return false;
                }
            }
        }

        private boolean login(LoginMessage message, Request request, boolean xml)
                throws IOException {
            LoginClient client =
                    new LoginClient(
                            source,
                            connection.certificate(),
                            request.header(RequestHeader.USER_AGENT));
            LoginReply reply;
            try {
                reply = dialogue.answer(message, client);
            } catch (RequestRejected e) {
                if (e.reason() == RejectReason.UNKNOWN_REQUEST) {
                    notFound();
                }
                throw e;
            }
            Response response = new Response(Status.OK);
            if (reply instanceof LoginReply.Welcome welcome) {
                reply = open(response, welcome.login(), client);
            }
            allow(limits.response());
            response.with(ResponseHeader.CONTENT_TYPE, "text/xml; charset=utf-8")
                    .with(ResponseHeader.X_TRANSCEND_VERSION, 1)
                    .with(ResponseHeader.CACHE_CONTROL, "no-store")
                    .send(
                            connection.out(),
                            xml ? LoginDocuments.forXml(reply) : LoginDocuments.forForm(reply));
            return !(reply instanceof LoginReply.Refuse);
        }

        private LoginReply open(Response response, VerifiedLogin login, LoginClient client) {
            return switch (sessions.open(login)) {
                case Sessions.Opening.Opened opened -> {
                    LoginCookies.set(response, opened.cookie());
                    yield new LoginReply.Welcome(login);
                }
                case Sessions.Opening.NoRoom noRoom -> {
                    listener.login(client, login.grant().group(), LoginOutcome.NO_ROOM);
                    yield new LoginReply.Refuse(noRoom.message());
                }
            };
        }

        private void connect(Request.Connect request) throws IOException {
            ConnectRequest wanted = ConnectRequest.parse(request);
            Optional<SessionCookie> cookie = ConnectRequest.cookie(request);
            if (cookie.isEmpty()) {
                refuse(ConnectOutcome.NO_COOKIE, ConnectReply.noSession());
                return;
            }
            switch (sessions.connect(cookie.get(), certificate(), source, wanted)) {
                case ConnectDecision.Granted granted -> start(wanted, granted);
                case ConnectDecision.NoSession _ ->
                        refuse(ConnectOutcome.NO_SESSION, ConnectReply.noSession());
                case ConnectDecision.Unavailable unavailable ->
                        refuse(
                                ConnectOutcome.UNAVAILABLE,
                                ConnectReply.unavailable(unavailable.reason()));
            }
        }

        private void refuse(ConnectOutcome outcome, Response response) throws IOException {
            listener.connect(source, outcome);
            allow(limits.response());
            response.send(connection.out(), "");
        }

        private void start(ConnectRequest wanted, ConnectDecision.Granted granted)
                throws IOException {
            EstablishedTls established;
            try {
                allow(limits.response());
                ConnectReply.granted(wanted, granted.offer()).send(connection.out());
                established = connection.takeOver();
            } catch (IOException | RuntimeException e) {
                granted.start().abandon();
                throw e;
            }
            // First of all: the client's first datagram may be on its way already.
            granted.start().start(established);
            listener.connect(source, ConnectOutcome.GRANTED);
        }

        private Optional<X509Certificate> certificate() {
            return connection.certificate() instanceof ClientCertificate.Verified verified
                    ? Optional.of(verified.certificate())
                    : Optional.empty();
        }
    }

    private interface Parsing {
        LoginMessage parse() throws MalformedDocument;
    }

    private static LoginMessage message(Parsing parsing) throws RequestRejected {
        try {
            return parsing.parse();
        } catch (MalformedDocument e) {
            throw new RequestRejected(RejectReason.MALFORMED_BODY, e.getMessage());
        }
    }
}
