package io.sallyport.pki.authority;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.sallyport.pki.revocation.MalformedOcspRequestException;
import io.sallyport.pki.revocation.OcspOverHttp;
import io.sallyport.pki.revocation.OcspRequest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The least that carries a responder over HTTP, on the loopback interface. */
final class TestResponder implements AutoCloseable {

    private static final String PATH = "/ocsp/";

    private final OcspResponder responder;
    private final HttpServer server;

    TestResponder(OcspResponder responder) throws IOException {
        this.responder = responder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(PATH, this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), PATH);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            OcspAnswer answer;
            try {
                answer = responder.answer(request(exchange));
            } catch (MalformedOcspRequestException _) {
                answer = OcspResponder.malformed();
            }
            byte[] der = new byte[answer.der().remaining()];
            answer.der().duplicate().get(der);
            exchange.getResponseHeaders().add("Content-Type", OcspOverHttp.RESPONSE_TYPE);
            exchange.sendResponseHeaders(200, der.length);
            exchange.getResponseBody().write(der);
        }
    }

    private static OcspRequest request(HttpExchange exchange)
            throws IOException, MalformedOcspRequestException {
        if (exchange.getRequestMethod().equals("GET")) {
            return OcspOverHttp.get(exchange.getRequestURI().getRawPath().substring(PATH.length()));
        }
        return OcspOverHttp.post(
                exchange.getRequestHeaders().getFirst("Content-Type"),
                exchange.getRequestBody().readNBytes(OcspRequest.OCTETS_AT_MOST + 1));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
