package io.sallyport.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client on the JDK's TLS: one connection, as far as CONNECT and its answer. */
final class TestClient implements Closeable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Socket tcp = new Socket();
    private final SSLSocket socket;

    TestClient(SSLContext tls, int port) throws IOException {
        InetSocketAddress gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        tcp.connect(gateway, (int) LIMIT.toMillis());
        socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(tcp, gateway.getHostString(), port, true);
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.startHandshake();
    }

    /** Head and body of an answer. */
    record Answer(String head, String body) {
        /** The session cookie that it sets. */
        String cookie() {
            int from = head.indexOf("Set-Cookie: webvpn=") + "Set-Cookie: webvpn=".length();
            return head.substring(from, head.indexOf(';', from));
        }
    }

    SSLSocket socket() {
        return socket;
    }

    Answer init() throws IOException {
        return post(
                "/",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <config-auth client="vpn" type="init" aggregate-auth-version="2">\
                <version who="vpn">v9.01-3</version><device-id>linux-64</device-id>\
                <group-access>https://localhost/</group-access></config-auth>\
                """);
    }

    Answer login(String user, String password) throws IOException {
        return post(
                "/",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <config-auth client="vpn" type="auth-reply" aggregate-auth-version="2">\
                <version who="vpn">v9.01-3</version><device-id>linux-64</device-id>\
                <auth><username>%s</username><password>%s</password></auth></config-auth>\
                """
                        .formatted(user, password));
    }

    Answer connect(String cookie) throws IOException {
        return exchange(
                """
                CONNECT /CSCOSSLC/tunnel HTTP/1.1
                Host: localhost
                User-Agent: Open AnyConnect VPN Agent v9.01-3
                Cookie: webvpn=%s
                X-CSTP-Version: 1
                X-CSTP-Hostname: laptop
                X-CSTP-Base-MTU: 1500
                X-CSTP-MTU: 1390
                X-CSTP-Address-Type: IPv6,IPv4
                X-DTLS-CipherSuite: PSK-NEGOTIATE

                """
                        .formatted(cookie));
    }

    private Answer post(String path, String body) throws IOException {
        return exchange(
                """
                POST %s HTTP/1.1
                Host: localhost
                User-Agent: Open AnyConnect VPN Agent v9.01-3
                X-Transcend-Version: 1
                X-Aggregate-Auth: 1
                Content-Type: application/xml; charset=utf-8
                Content-Length: %d

                """
                                .formatted(path, body.length())
                        + body);
    }

    private Answer exchange(String request) throws IOException {
        int end = request.indexOf("\n\n") + 2;
        String text = request.substring(0, end).replace("\n", "\r\n") + request.substring(end);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                break;
            }
            head.append((char) octet);
        }
        int at = head.indexOf("Content-Length: ");
        int length =
                at < 0
                        ? 0
                        : Integer.parseInt(
                                head.substring(at + 16, head.indexOf("\r\n", at)).strip());
        return new Answer(
                head.toString(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** TLS would wait for the close_notify of a gateway that has handed the tunnel on. */
    @Override
    public void close() throws IOException {
        tcp.close();
    }
}
