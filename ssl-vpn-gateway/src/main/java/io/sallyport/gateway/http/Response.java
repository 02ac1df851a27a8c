package io.sallyport.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A reply, made from its status line downwards. Not thread-safe; used once. */
public final class Response {
    // The payload of one TLS record (RFC 8446 section 5.1).
    private static final int MAX_RECORD = 16_384;

    private final StringBuilder header = new StringBuilder(512);

    public Response(Status status) {
        header.append("HTTP/1.1 ").append(status.text()).append("\r\n");
    }

    public Response with(ResponseHeader name, HeaderValue value) {
        header.append(name.fieldName()).append(": ").append(value.text()).append("\r\n");
        return this;
    }

    public Response with(ResponseHeader name, String value) {
        return with(name, new HeaderValue(value));
    }

    public Response with(ResponseHeader name, long value) {
        return with(name, HeaderValue.of(value));
    }

    /** Sends a reply that the tunnel follows. */
    public void send(OutputStream out) throws IOException {
        write(out, header + "\r\n");
    }

    /** Sends the reply with this body, which may be empty. */
    public void send(OutputStream out, String body) throws IOException {
        with(ResponseHeader.CONTENT_LENGTH, body.getBytes(StandardCharsets.UTF_8).length);
        write(out, header + "\r\n" + body);
    }

    // One write is one record; header and body share one where they can.
    private static void write(OutputStream out, String reply) throws IOException {
        byte[] octets = reply.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < octets.length; from += MAX_RECORD) {
            out.write(octets, from, Math.min(MAX_RECORD, octets.length - from));
        }
        out.flush();
    }
}
