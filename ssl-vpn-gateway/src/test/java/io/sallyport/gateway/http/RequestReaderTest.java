package io.sallyport.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

class RequestReaderTest {
    private static final String CONNECT = "CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\n";

    @Test
    void readsAPostWithItsBody() throws IOException {
        Request request =
                read(
                        "POST /staff HTTP/1.1\r\ncontent-TYPE: application/xml; charset=utf-8\r\n"
                                + "X-Unknown: \u00e9\r\nContent-Length: 4\r\n\r\n<a/>");

        assertThat(request).isInstanceOf(Request.XmlPost.class);
        Request.XmlPost post = (Request.XmlPost) request;
        assertThat(post.path()).isEqualTo(LoginPath.of("staff"));
        assertThat(post.body().toArray()).asString().isEqualTo("<a/>");
        assertThat(post.headers())
                .containsOnlyKeys(RequestHeader.CONTENT_TYPE, RequestHeader.CONTENT_LENGTH);
    }

    @Test
    void readsAPageWithTheBodyTypeThatOpenconnectNames() throws IOException {
        Request request =
                read(
                        crlf(
"""
GET / HTTP/1.1
Content-Type: application/x-www-form-urlencoded
Content-Length: 0

"""));

        assertThat(request).isInstanceOf(Request.FormPage.class);
    }

    @Test
    void readsRequestsOneAfterTheOther() throws IOException {
        RequestReader reader =
                new RequestReader(new Octets("GET / HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n", 18));

        assertThat(reader.await()).isTrue();
        assertThat(((Request.FormPage) reader.read()).path()).isEqualTo(LoginPath.ROOT);
        assertThat(reader.await()).isTrue();
        assertThat(((Request.FormPage) reader.read()).path()).isEqualTo(LoginPath.of("a"));
        assertThat(reader.await()).isFalse();
    }

    @Test
    void readsWhatComesOneOctetAtATime() throws IOException {
        String octets = CONNECT + "Cookie: webvpn=abc\r\n\r\n";

        Request request = new RequestReader(new Octets(octets, 1)).read();

        assertThat(request.header(RequestHeader.COOKIE)).isEqualTo(Optional.of("webvpn=abc"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/http/rejected.csv", delimiter = '|', maxCharsPerColumn = 20_000)
    void rejects(String why, RejectReason reason, String request) {
        assertThatThrownBy(() -> read(unescaped(request)))
                .isInstanceOfSatisfying(
                        RequestRejected.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void readsNoMoreThanItsLimitsOfAHeaderWithoutEnd() {
        assertRejectedEarly(
                CONNECT + "X: " + "a".repeat(100_000), RejectReason.HEADER_FIELD_TOO_LONG);
        assertRejectedEarly("a".repeat(100_000), RejectReason.REQUEST_LINE_TOO_LONG);
        assertRejectedEarly(
                CONNECT + "X: a\r\n".repeat(20_000), RejectReason.TOO_MANY_HEADER_FIELDS);
        assertRejectedEarly(
                CONNECT + ("X: " + "a".repeat(2_000) + "\r\n").repeat(50),
                RejectReason.HEADER_TOO_LARGE);
    }

    @Test
    void refusesABodyByItsLengthAlone() {
        Octets stream =
                new Octets(
                        crlf(
"""
POST / HTTP/1.1
Content-Type: application/xml
Content-Length: 8193

"""),
                        10_000);

        assertThatThrownBy(() -> new RequestReader(stream).read())
                .isInstanceOfSatisfying(
                        RequestRejected.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.BODY_TOO_LARGE));
    }

    @Property(tries = 2_000)
    void anyOctetsAreARequestOrRejected(@ForAll @From("nearlyRequests") String octets)
            throws IOException {
        try {
            Request request = new RequestReader(new Octets(octets, 700)).read();
            assertThat(request.headers().values())
                    .allMatch(value -> value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e));
        } catch (RequestRejected e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    @Property(tries = 500)
    void cutsInTheStreamDoNotMatter(@ForAll @From("nearlyRequests") String octets)
            throws IOException {
        assertThat(outcome(octets, 1)).isEqualTo(outcome(octets, 20_000));
    }

    @Provide
    Arbitrary<String> nearlyRequests() {
        Arbitrary<String> line =
                Arbitraries.of(
                        "GET / HTTP/1.1\r\n",
                        "POST /staff HTTP/1.1\r\n",
                        "CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\n",
                        "GET / HTTP/1.1\n");
        Arbitrary<String> fields =
                Arbitraries.of(
                                "Content-Length: 3\r\n",
                                "Content-Length: 99999999999\r\n",
                                "Content-Type: application/xml\r\n",
                                "Content-Type: application/x-www-form-urlencoded\r\n",
                                "Transfer-Encoding: chunked\r\n",
                                "Cookie: webvpn=a\r\n",
                                "X-Pad: 000\r\n",
                                "X-Pad: \u0000\r\n",
                                "User-Agent: \u00ff\r\n",
                                "X\r\n",
                                " folded\r\n")
                        .list()
                        .ofMaxSize(4)
                        .map(parts -> String.join("", parts));
        Arbitrary<String> end = Arbitraries.of("\r\n", "\r\nabc", "\r\nabcd", "\n", "\r", "");
        return Combinators.combine(line, fields, end).as((a, b, c) -> a + b + c);
    }

    private static String outcome(String octets, int atOnce) throws IOException {
        try {
            RequestReader reader = new RequestReader(new Octets(octets, atOnce));
            Request request = reader.read();
            // Octets behind a request are refused at once only if they came along with it.
            return reader.await() ? RejectReason.PIPELINED.name() : request.toString();
        } catch (RequestRejected e) {
            return e.reason().name();
        }
    }

    private static void assertRejectedEarly(String octets, RejectReason reason) {
        Octets stream = new Octets(octets, 100_000);
        assertThatThrownBy(() -> new RequestReader(stream).read())
                .isInstanceOfSatisfying(
                        RequestRejected.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(stream.read).isLessThanOrEqualTo(RequestReader.MAX_BUFFER);
    }

    private static Request read(String octets) throws IOException {
        return new RequestReader(new Octets(octets, 20_000)).read();
    }

    private static String crlf(String lines) {
        return lines.replace("\n", "\r\n");
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\\t", "\t")
                .replace("{5k}", "a".repeat(5_000));
    }

    /** A stream that hands out so many octets at once, and counts them. */
    private static final class Octets extends InputStream {
        private final InputStream in;
        private final int atOnce;
        private int read;

        Octets(String octets, int atOnce) {
            this.in = new ByteArrayInputStream(octets.getBytes(StandardCharsets.ISO_8859_1));
            this.atOnce = atOnce;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, Math.min(length, atOnce));
            read += Math.max(count, 0);
            return count;
        }
    }
}
