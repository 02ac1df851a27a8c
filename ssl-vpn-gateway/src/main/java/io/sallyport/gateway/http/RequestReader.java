package io.sallyport.gateway.http;

import io.sallyport.gateway.http.RequestKind.Target;
import io.sallyport.wire.Octets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the requests of one connection, one after the other, within the limits below; what is over
 * them is refused before it is stored. Blocks as its stream does; belongs to one thread.
 *
 * <p>Stricter than RFC 9112 asks: lines end with CR LF, there is one space where one belongs, no
 * header field is folded, and none of those that are read occurs twice. No client needs more.
 */
public final class RequestReader {
    /** Octets of the request line, without its end. */
    public static final int MAX_REQUEST_LINE = 128;

    /** Octets of a header field, without its end. */
    public static final int MAX_HEADER_FIELD = 2_048;

    public static final int MAX_HEADER_FIELDS = 48;

    /** Octets of the request line and all header fields. */
    public static final int MAX_HEADER = 8_192;

    /** Octets that a connection holds at most. */
    static final int MAX_BUFFER = MAX_HEADER + RequestKind.MAX_BODY;

    /** RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final int FIRST_BUFFER = 2_048;

    private final InputStream in;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int position;
    private int end;

    public RequestReader(InputStream in) {
        this.in = in;
    }

    /**
     * Waits for the first octet of the next request.
     *
     * @return false if the client closed the connection instead
     */
    public boolean await() throws IOException {
        return position < end || fill();
    }

    /**
     * Reads one request.
     *
     * @throws RequestRejected if it is none of those that exist, or over a limit
     */
    public Request read() throws IOException {
        String requestLine = line(MAX_REQUEST_LINE, RejectReason.REQUEST_LINE_TOO_LONG);
        Map<RequestHeader, String> headers = headers();
        String[] parts = requestLine.split(" ", -1);
        if (parts.length != 3 || !parts[2].equals("HTTP/1.1")) {
            throw malformed("expected a request line of HTTP/1.1");
        }
        RequestKind kind = kind(parts[0], parts[1], headers);
        byte[] body = body(kind, headers);
        if (position != end) {
            throw new RequestRejected(RejectReason.PIPELINED, "octets behind the request");
        }
        // What waits for the next request holds no password of this one.
        Arrays.fill(buffer, 0, end, (byte) 0);
        position = 0;
        end = 0;
        return switch (kind) {
            case FORM_PAGE -> new Request.FormPage(path(parts[1]), headers);
            case XML_POST -> new Request.XmlPost(path(parts[1]), headers, Octets.of(body));
            case FORM_POST -> new Request.FormPost(path(parts[1]), headers, Octets.of(body));
            case CONNECT -> new Request.Connect(headers);
        };
    }

    private Map<RequestHeader, String> headers() throws IOException {
        Map<RequestHeader, String> headers = new EnumMap<>(RequestHeader.class);
        for (int count = 0; ; count++) {
            String field = line(MAX_HEADER_FIELD, RejectReason.HEADER_FIELD_TOO_LONG);
            if (field.isEmpty()) {
                return headers;
            }
            if (count == MAX_HEADER_FIELDS) {
                throw new RequestRejected(
                        RejectReason.TOO_MANY_HEADER_FIELDS, "more header fields than allowed");
            }
            int colon = field.indexOf(':');
            if (colon < 1 || !TOKEN.matcher(field).region(0, colon).matches()) {
                throw malformed("expected a header field");
            }
            Optional<RequestHeader> header = RequestHeader.of(field.substring(0, colon));
            if (header.isPresent()) {
                String value = value(header.get(), field.substring(colon + 1));
                if (headers.put(header.get(), value) != null) {
                    throw malformed(header.get().fieldName() + " occurs twice");
                }
            }
        }
    }

    private static String value(RequestHeader header, String raw) throws RequestRejected {
        String value = raw.strip();
        if (header == RequestHeader.TRANSFER_ENCODING) {
            throw malformed("expected a body with Content-Length");
        }
        if (value.length() > header.maxLength()) {
            throw new RequestRejected(
                    RejectReason.HEADER_FIELD_TOO_LONG, header.fieldName() + " is too long");
        }
        if (!value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
            throw malformed(header.fieldName() + " is not printable ASCII");
        }
        return value;
    }

    private static RequestKind kind(
            String method, String target, Map<RequestHeader, String> headers)
            throws RequestRejected {
        Optional<String> mediaType =
                Optional.ofNullable(headers.get(RequestHeader.CONTENT_TYPE))
                        .map(type -> type.split(";", 2)[0].strip());
        for (RequestKind kind : RequestKind.values()) {
            boolean known =
                    switch (kind.target()) {
                        case LOGIN -> LoginPath.parse(target).isPresent();
                        case TUNNEL -> target.equals(Target.TUNNEL.syntax());
                    };
            // openconnect names a type even in a GET, which has no body.
            boolean typed =
                    kind.mediaType().isEmpty()
                            || mediaType.map(kind.mediaType().get()::equals).orElse(false);
            if (kind.method().equals(method) && known && typed) {
                return kind;
            }
        }
        throw new RequestRejected(RejectReason.UNKNOWN_REQUEST, "there is no such request");
    }

    private static LoginPath path(String target) {
        return LoginPath.parse(target).orElseThrow();
    }

    private byte[] body(RequestKind kind, Map<RequestHeader, String> headers) throws IOException {
        String text = headers.get(RequestHeader.CONTENT_LENGTH);
        if (text == null && kind.maxBody() > 0) {
            throw malformed("expected Content-Length");
        }
        int length = text == null ? 0 : number(text);
        if (length > kind.maxBody()) {
            throw new RequestRejected(
                    RejectReason.BODY_TOO_LARGE,
                    "expected at most %d octets, %d announced".formatted(kind.maxBody(), length));
        }
        while (end - position < length) {
            fillOrReject();
        }
        byte[] body = Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return body;
    }

    private static int number(String text) throws RequestRejected {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("expected Content-Length in digits");
        }
        return Integer.parseInt(text);
    }

    /** The next line, without its CR LF. Octets are characters (ISO 8859-1), so none is lost. */
    private String line(int limit, RejectReason tooLong) throws IOException {
        int start = position;
        for (int next = start; ; next++) {
            if (next - start > limit + 1) {
                throw new RequestRejected(tooLong, "expected at most %d octets".formatted(limit));
            }
            if (next == MAX_HEADER) {
                throw new RequestRejected(
                        RejectReason.HEADER_TOO_LARGE,
                        "expected at most %d octets".formatted(MAX_HEADER));
            }
            while (next >= end) {
                fillOrReject();
            }
            if (buffer[next] == 0) {
                throw malformed("a NUL in the header");
            }
            if (buffer[next] == '\n') {
                if (next == start || buffer[next - 1] != '\r') {
                    throw malformed("expected lines that end with CR LF");
                }
                position = next + 1;
                String line =
                        new String(buffer, start, next - 1 - start, StandardCharsets.ISO_8859_1);
                if (line.indexOf('\r') >= 0) {
                    throw malformed("a CR within a line");
                }
                return line;
            }
        }
    }

    private void fillOrReject() throws IOException {
        if (!fill()) {
            throw new RequestRejected(RejectReason.TRUNCATED, "the client left");
        }
    }

    private boolean fill() throws IOException {
        if (end == buffer.length) {
            // The limits of header and body end before this could grow beyond MAX_BUFFER.
            buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, MAX_BUFFER));
        }
        int count = in.read(buffer, end, buffer.length - end);
        end += Math.max(count, 0);
        return count > 0;
    }

    private static RequestRejected malformed(String expected) {
        return new RequestRejected(RejectReason.MALFORMED_REQUEST, expected);
    }
}
