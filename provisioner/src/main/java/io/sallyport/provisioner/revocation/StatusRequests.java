package io.sallyport.provisioner.revocation;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.revocation.MalformedOcspRequestException;
import io.sallyport.pki.revocation.OcspOverHttp;
import io.sallyport.pki.revocation.OcspRequest;
import io.sallyport.provisioner.authority.OcspResponders;
import io.sallyport.provisioner.authority.OcspResponders.Answer;
import io.sallyport.provisioner.authority.RevocationList;
import io.sallyport.provisioner.authority.RevocationLists;
import io.sallyport.provisioner.authority.RootRevocationList;
import io.sallyport.provisioner.authority.StatusPaths;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The closed set of requests, and what is answered. Any thread; blocks on the database. */
@Singleton
class StatusRequests {
    static final String CRL_TYPE = "application/pkix-crl";

    /** RFC 9110 section 5.6.7: always GMT, always two digits. */
    static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** A cache asks again after this, so that a new CRL is everywhere within the hour. */
    private static final Duration CRL_KEPT_AT_MOST = Duration.ofHours(1);

    private final RevocationLists lists;
    private final RootRevocationList rootList;
    private final OcspResponders responders;
    private final Clock clock;

    StatusRequests(
            RevocationLists lists,
            RootRevocationList rootList,
            OcspResponders responders,
            Clock clock) {
        this.lists = lists;
        this.rootList = rootList;
        this.responders = responders;
        this.clock = clock;
    }

    /** The answer; 503 while the database is away. HEAD is answered as GET: the caller cuts it. */
    StatusAnswer answer(StatusRequest request) {
        String path = request.path();
        Optional<String> authority = StatusPaths.authorityOfCrl(path);
        if (authority.isPresent()) {
            return crl(() -> lists.published(authority.get()), request);
        }
        if (path.equals(StatusPaths.ROOT_CRL)) {
            return crl(rootList::newest, request);
        }
        return StatusPaths.ocsp(path)
                .filter(found -> responders.has(found.authority()))
                .map(found -> ocsp(found, request))
                .orElseGet(() -> StatusAnswer.empty(404));
    }

    private StatusAnswer crl(Supplier<Optional<RevocationList>> newest, StatusRequest request) {
        if (!reads(request)) {
            return StatusAnswer.empty(405).with("Allow", "GET, HEAD");
        }
        Optional<RevocationList> found = newest.get();
        if (found.isEmpty()) {
            return StatusAnswer.empty(404);
        }
        RevocationList list = found.get();
        String tag = "\"%d\"".formatted(list.number());
        StatusAnswer answer =
                unchanged(request, tag)
                        ? StatusAnswer.empty(304)
                        : new StatusAnswer(
                                200, Map.of("Content-Type", CRL_TYPE), ByteBuffer.wrap(der(list)));
        Duration left = Duration.between(clock.instant(), list.nextUpdate());
        Duration kept = left.compareTo(CRL_KEPT_AT_MOST) < 0 ? left : CRL_KEPT_AT_MOST;
        return answer.with("ETag", tag)
                .with("Last-Modified", HTTP_DATE.format(list.thisUpdate()))
                .with(
                        "Cache-Control",
                        "public, no-transform, must-revalidate, max-age="
                                + Math.max(0, kept.toSeconds()));
    }

    private StatusAnswer ocsp(StatusPaths.Ocsp path, StatusRequest request) {
        Answer answer;
        try {
            OcspRequest asked;
            if (path.request().isPresent() && reads(request)) {
                asked = OcspOverHttp.get(path.request().get());
            } else if (path.request().isEmpty() && request.method().equals("POST")) {
                asked = OcspOverHttp.post(request.contentType().orElse(""), octets(request.body()));
            } else {
                return StatusAnswer.empty(405)
                        .with("Allow", path.request().isPresent() ? "GET, HEAD" : "POST");
            }
            answer = responders.answer(path.authority(), asked);
        } catch (MalformedOcspRequestException _) {
            answer = OcspResponders.malformed();
        }
        return http(answer, request);
    }

    /** RFC 5019 section 6.2. */
    private StatusAnswer http(Answer answer, StatusRequest request) {
        StatusAnswer whole =
                new StatusAnswer(
                        200, Map.of("Content-Type", OcspOverHttp.RESPONSE_TYPE), answer.der());
        if (answer.freshness().isEmpty()) {
            return whole.with("Cache-Control", "no-store");
        }
        Answer.Freshness freshness = answer.freshness().get();
        String tag = "\"%s\"".formatted(digest(answer.der()));
        StatusAnswer fresh =
                reads(request) && unchanged(request, tag) ? StatusAnswer.empty(304) : whole;
        Duration left = Duration.between(clock.instant(), freshness.keptUntil());
        return fresh.with("ETag", tag)
                .with("Last-Modified", HTTP_DATE.format(freshness.thisUpdate()))
                .with("Expires", HTTP_DATE.format(freshness.nextUpdate()))
                .with(
                        "Cache-Control",
                        "max-age=%d, public, no-transform, must-revalidate"
                                .formatted(Math.max(0, left.toSeconds())));
    }

    private static boolean reads(StatusRequest request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    /**
     * By the tag alone. If-Modified-Since is passed over, as RFC 9110 section 13.1.3 allows: two
     * lists can be of one second, and the newer one counts.
     */
    private static boolean unchanged(StatusRequest request, String tag) {
        return request.ifNoneMatch().stream()
                .flatMap(tags -> Arrays.stream(tags.split(",", -1)))
                .map(String::strip)
                .map(each -> each.startsWith("W/") ? each.substring(2) : each)
                .anyMatch(each -> each.equals(tag) || each.equals("*"));
    }

    private static byte[] der(RevocationList list) {
        try {
            return Pem.decode(Pem.X509_CRL, list.pem()).getFirst();
        } catch (MalformedPemException e) {
            throw new IllegalStateException("CRL %d is damaged".formatted(list.number()), e);
        }
    }

    private static byte[] octets(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.duplicate().get(octets);
        return octets;
    }

    private static String digest(ByteBuffer octets) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(octets.duplicate());
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
