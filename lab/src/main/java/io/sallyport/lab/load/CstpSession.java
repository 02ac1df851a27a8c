package io.sallyport.lab.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One session of a client of our own, TLS alone: login by certificate, CONNECT, then frames. It
 * answers the server's dead peer detection and can send an echo request through the tunnel. The
 * thread that calls {@link #run} reads; others may send.
 */
final class CstpSession implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int LONGEST_LINE = 8_192;
    private static final int LONGEST_DOCUMENT = 16_384;
    private static final int HEADER = 8;
    private static final int MAGIC = 0x5354_4601;
    private static final int DATA = 0x00;
    private static final int DPD_REQUEST = 0x03;
    private static final int DPD_RESPONSE = 0x04;
    private static final int DISCONNECT = 0x05;

    /** The code of a user's goodbye, as openconnect sends it. */
    private static final byte[] LOGOUT = {(byte) 0xb0};

    private static final String INIT =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><config-auth client=\"vpn\" type=\"init\""
                    + " aggregate-auth-version=\"2\"><version who=\"vpn\">v9.01</version>"
                    + "<device-id>linux-64</device-id></config-auth>";

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final InetAddress address;
    private volatile CountDownLatch echo = new CountDownLatch(0);

    private CstpSession(SSLSocket socket, DataInputStream in, InetAddress address)
            throws IOException {
        this.socket = socket;
        this.in = in;
        this.out = socket.getOutputStream();
        this.address = address;
    }

    /**
     * Logs in and connects; blocks.
     *
     * @param factory with the client certificate
     * @param group logs in by certificate alone
     */
    static CstpSession open(SSLSocketFactory factory, String server, String group)
            throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(server, 443);
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream(), 2_048));
            OutputStream out = socket.getOutputStream();
            out.write(
                    """
                    POST /%s HTTP/1.1\r
                    Host: %s\r
                    User-Agent: Open AnyConnect VPN Agent v9.01\r
                    X-Transcend-Version: 1\r
                    X-Aggregate-Auth: 1\r
                    Content-Type: application/xml; charset=utf-8\r
                    Content-Length: %d\r
                    \r
                    %s\
                    """
                            .formatted(group, server, INIT.length(), INIT)
                            .getBytes(ISO_8859_1));
            Map<String, String> login = head(in, "200");
            int length = Integer.parseInt(login.getOrDefault("content-length", "0"));
            if (length > LONGEST_DOCUMENT) {
                throw new IOException("a document of %d octets".formatted(length));
            }
            String document = new String(in.readNBytes(length), ISO_8859_1);
            String cookie = login.get("cookie");
            if (cookie == null) {
                throw new IOException("the login was refused: " + document);
            }
            out.write(
                    """
                    CONNECT /CSCOSSLC/tunnel HTTP/1.1\r
                    Host: %s\r
                    User-Agent: Open AnyConnect VPN Agent v9.01\r
                    Cookie: webvpn=%s\r
                    X-CSTP-Version: 1\r
                    X-CSTP-Hostname: load\r
                    X-CSTP-Base-MTU: 1500\r
                    X-CSTP-MTU: 1390\r
                    X-CSTP-Address-Type: IPv4\r
                    \r
                    """
                            .formatted(server, cookie)
                            .getBytes(ISO_8859_1));
            Map<String, String> connected = head(in, "200");
            socket.setSoTimeout(0);
            return new CstpSession(
                    socket, in, InetAddress.ofLiteral(connected.get("x-cstp-address")));
        } catch (IOException | RuntimeException e) {
            try (socket) {
                throw e;
            }
        }
    }

    /** Reads the head of an answer: names in lower case, and the session's cookie as "cookie". */
    private static Map<String, String> head(InputStream in, String status) throws IOException {
        String first = line(in);
        if (!first.startsWith("HTTP/1.1 " + status)) {
            throw new IOException("answered with " + first);
        }
        Map<String, String> head = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals("set-cookie") && value.matches("webvpn=[^;]+;.*")) {
                head.put("cookie", value.substring(7, value.indexOf(';')));
            } else {
                head.put(name, value);
            }
        }
        return head;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > LONGEST_LINE) {
                throw new IOException("the connection ended in an answer");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** Reads until the connection ends; returns why. */
    String run() {
        try {
            while (true) {
                if (in.readInt() != MAGIC) {
                    return "no frame";
                }
                int length = in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readByte();
                byte[] payload = in.readNBytes(length);
                switch (type) {
                    case DATA -> echoed(payload);
                    case DPD_REQUEST -> send(DPD_RESPONSE, payload);
                    case DISCONNECT -> {
                        return "disconnected: " + new String(payload, ISO_8859_1);
                    }
                    default -> {}
                }
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Sends an echo request through the tunnel; {@link #awaitEcho} waits for the reply. */
    void ping(InetAddress target) throws IOException {
        echo = new CountDownLatch(1);
        ByteBuffer packet = ByteBuffer.allocate(28);
        // RFC 791: version and header length, total length, ..., TTL, protocol ICMP.
        packet.put(0, (byte) 0x45).putShort(2, (short) 28).put(8, (byte) 64).put(9, (byte) 1);
        packet.put(12, address.getAddress()).put(16, target.getAddress());
        packet.putShort(10, checksum(packet, 0, 20));
        // RFC 792: echo request.
        packet.put(20, (byte) 8).putShort(24, (short) 1).putShort(26, (short) 1);
        packet.putShort(22, checksum(packet, 20, 28));
        send(DATA, packet.array());
    }

    /** Whether the reply came in time. */
    boolean awaitEcho(long deadlineNanos) throws InterruptedException {
        return echo.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void echoed(byte[] packet) {
        // An ICMP echo reply over IPv4.
        if (packet.length >= 28 && packet[0] == 0x45 && packet[9] == 1 && packet[20] == 0) {
            echo.countDown();
        }
    }

    /** RFC 1071. */
    private static short checksum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += Short.toUnsignedInt(packet.getShort(i));
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    /** Ends the session, and the connection with it. */
    void goodbye() throws IOException {
        try (socket) {
            send(DISCONNECT, LOGOUT);
        }
    }

    private synchronized void send(int type, byte[] payload) throws IOException {
        // One write, one record: the protocol wants it.
        out.write(
                ByteBuffer.allocate(HEADER + payload.length)
                        .putInt(MAGIC)
                        .putShort((short) payload.length)
                        .put((byte) type)
                        .put((byte) 0)
                        .put(payload)
                        .array());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
