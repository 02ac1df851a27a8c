package io.sallyport.lab.load;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.TeleworkerHost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Holds TLS connections half open: each sends the beginning of a ClientHello and nothing more. One
 * that the server has closed is made anew.
 */
public final class HalfOpenConnections {
    /** A handshake record of 512 octets, of which a ClientHello's first six follow. */
    private static final byte[] BEGINNING = HexFormat.of().parseHex("1603010200010001fc0303");

    private static final int PORT = 443;
    private static final int AT_ONCE = 20;
    private static final int PAUSE_MILLIS = 10;

    private HalfOpenConnections() {}

    /**
     * Starts the program on a teleworker's host; it says "made" when it has made so many.
     *
     * @param sources addresses of the host that take turns
     */
    public static HostProcess start(
            TeleworkerHost host,
            List<String> sources,
            String server,
            int connections,
            int seconds) {
        return host.spawn(
                "half-open",
                TeleworkerHost.JAVA,
                "-Xmx128m",
                "-cp",
                ConcentratorHost.LAB_JARS + "/*",
                HalfOpenConnections.class.getName(),
                server,
                Integer.toString(connections),
                Integer.toString(seconds),
                String.join(",", sources));
    }

    /**
     * Runs on the teleworker's host.
     *
     * @param arguments server, number of connections, seconds, own addresses
     */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress server = new InetSocketAddress(arguments[0], PORT);
        int wanted = Integer.parseInt(arguments[1]);
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[2])).toNanos();
        List<String> sources = List.of(arguments[3].split(","));
        ByteBuffer answer = ByteBuffer.allocate(64);
        int made = 0;
        boolean said = false;
        try (Selector selector = Selector.open()) {
            while (System.nanoTime() - end < 0) {
                for (int i = 0; i < AT_ONCE && selector.keys().size() < wanted; i++, made++) {
                    begin(sources.get(made % sources.size()), server, selector);
                }
                if (!said && made >= wanted) {
                    System.out.println("made " + made);
                    said = true;
                }
                selector.select(
                        key -> {
                            answer.clear();
                            SocketChannel channel = (SocketChannel) key.channel();
                            if (isOver(channel, answer)) {
                                key.cancel();
                                close(channel);
                            }
                        },
                        PAUSE_MILLIS);
                // What was cancelled leaves the keys with the next selection.
                selector.selectNow();
            }
        }
        System.out.println("made " + made + " in all");
    }

    private static void begin(String source, InetSocketAddress server, Selector selector)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(source, 0));
            channel.connect(server);
            channel.write(ByteBuffer.wrap(BEGINNING));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException _) {
            // Closed at once, because there are too many of them: what the server should do.
            channel.close();
        }
    }

    private static boolean isOver(SocketChannel channel, ByteBuffer answer) {
        try {
            return channel.read(answer) < 0;
        } catch (IOException _) {
            return true;
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
