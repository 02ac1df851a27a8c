package io.sallyport.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerTls;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyPair;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** An HTTPS server on loopback that does what a test tells it. */
public final class FakeProvisioner implements Closeable {
    private final TestPki pki = new TestPki();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final boolean mutual;
    private HttpsServer server;
    private int port;

    /**
     * @param mutual whether clients have to show a certificate
     */
    public FakeProvisioner(boolean mutual) throws IOException {
        this.mutual = mutual;
        start();
    }

    public TestPki pki() {
        return pki;
    }

    public URI url(String path) {
        return URI.create("https://localhost:" + port + path);
    }

    /** A connection as the node would make it. */
    public ProvisionerConnection connection() throws IOException {
        if (!mutual) {
            return new ProvisionerConnection(ProvisionerTls.trusting(rootPem()));
        }
        KeyPair key = TestPki.newKey();
        return new ProvisionerConnection(
                ProvisionerTls.mutual(
                        rootPem(), key.getPrivate(), TestPki.pem(pki.issue(key.getPublic()))));
    }

    public String rootPem() {
        return TestPki.pem(pki.root());
    }

    /** Sets what a path does. */
    public FakeProvisioner on(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        handler.handle(exchange);
                    }
                });
        return this;
    }

    /** Answers with a body. */
    public static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Listens, on the port it had before if it had one. */
    public void start() throws IOException {
        server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        port = server.getAddress().getPort();
        KeyPair key = TestPki.newKey();
        SSLContext tls =
                ProvisionerTls.mutual(
                        rootPem(), key.getPrivate(), TestPki.pem(pki.issue(key.getPublic())));
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = tls.getDefaultSSLParameters();
                        wanted.setNeedClientAuth(mutual);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.setExecutor(threads);
        server.start();
    }

    /** Goes away. */
    public void stop() {
        server.stop(0);
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }
}
