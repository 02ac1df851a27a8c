package io.sallyport.pki.authority;

import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.revocation.CertificateId;
import io.sallyport.pki.revocation.CertificateStatus;
import io.sallyport.pki.revocation.CertificateStatuses;
import io.sallyport.pki.revocation.MalformedOcspRequestException;
import io.sallyport.pki.revocation.OcspRequest;

import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers OCSP requests about the certificates of one authority (RFC 6960). Any thread; blocks only
 * where {@link CertificateStatuses} does.
 *
 * <p>The status is asked for at every request, so that a revocation counts at once. A response
 * without nonce is signed once and handed out while it is fresh and the status has not changed; a
 * nonce costs a signature, and a client that asks about several certificates does as well.
 *
 * <p>A response is for clients whose clock differs from ours by up to {@link
 * EndEntityProfile#CLOCK_SKEW}: by so much thisUpdate is earlier than the moment at which the
 * status was looked up, and nextUpdate later than it need be. Clients judge both also where there
 * is a nonce (RFC 6960 section 3.2). producedAt says the moment itself.
 */
public final class OcspResponder {

    // At some 300 octets each. The one that was longest unasked makes room.
    private static final int PRESIGNED_AT_MOST = 20_000;

    private final CertificateStatuses statuses;
    private final Clock clock;
    private final Duration reliableFor;
    private final Map<CertificateId, Presigned> presigned = new Recent();
    private OcspSigner signer;

    private record Presigned(
            OcspSigner by, CertificateStatus status, OcspAnswer answer, Instant freshUntil) {}

    private static final class Recent extends LinkedHashMap<CertificateId, Presigned> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<CertificateId, Presigned> eldest) {
            return size() > PRESIGNED_AT_MOST;
        }
    }

    /**
     * A responder.
     *
     * @param signer signs, until another is given to {@link #signWith}
     * @param reliableFor how long caches may hand an answer on; a stored one is replaced after half
     *     of it
     */
    public OcspResponder(
            OcspSigner signer, CertificateStatuses statuses, Clock clock, Duration reliableFor) {
        if (reliableFor.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("an answer that is reliable for " + reliableFor);
        }
        this.signer = signer;
        this.statuses = statuses;
        this.clock = clock;
        this.reliableFor = reliableFor.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Signs with another key of the same authority from now on. */
    public synchronized void signWith(OcspSigner next) {
        if (!next.issuer().equals(signer.issuer())) {
            throw new IllegalArgumentException("a responder of another authority");
        }
        signer = next;
    }

    /**
     * The answer to a request.
     *
     * @throws RuntimeException of {@link CertificateStatuses}; then {@link #tryLater} is the answer
     */
    public OcspAnswer answer(OcspRequest request) {
        OcspSigner by = signer();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (!now.isBefore(by.validUntil())) {
            return error(OCSPResponseStatus.INTERNAL_ERROR);
        }
        for (CertificateId id : request.certificates()) {
            if (!by.speaksOf(id)) {
                // RFC 5019 section 2.2.3: not a certificate that this responder can speak of.
                return error(OCSPResponseStatus.UNAUTHORIZED);
            }
        }
        boolean reusable = request.nonce().isEmpty() && request.certificates().size() == 1;
        return reusable
                ? presigned(by, request.certificates().getFirst(), now)
                : signed(by, request, now);
    }

    /** The answer to what is no request. */
    public static OcspAnswer malformed() {
        return error(OCSPResponseStatus.MALFORMED_REQUEST);
    }

    /** The answer while the status cannot be told. */
    public static OcspAnswer tryLater() {
        return error(OCSPResponseStatus.TRY_LATER);
    }

    /** {@link #answer(OcspRequest)} of the request's encoding; never fails for what was sent. */
    public OcspAnswer answer(byte[] request) {
        try {
            return answer(OcspRequest.parse(request));
        } catch (MalformedOcspRequestException _) {
            return malformed();
        }
    }

    private synchronized OcspSigner signer() {
        return signer;
    }

    private OcspAnswer presigned(OcspSigner by, CertificateId id, Instant now) {
        CertificateStatus status = statuses.of(id.serialNumber());
        synchronized (presigned) {
            Presigned known = presigned.get(id);
            if (known != null
                    && known.by() == by
                    && known.status().equals(status)
                    && now.isBefore(known.freshUntil())) {
                return known.answer();
            }
        }
        byte[] der = by.sign(now, List.of(single(by, id, status, now)), Optional.empty());
        Instant keptUntil = earlier(now.plus(reliableFor), by.validUntil());
        var answer =
                new OcspAnswer(
                        ByteBuffer.wrap(der).asReadOnlyBuffer(),
                        Optional.of(
                                new OcspAnswer.Freshness(
                                        thisUpdate(now), nextUpdate(by, now), keptUntil)));
        // A serial number that nobody has is a stranger's invention: it must not push others out.
        if (!(status instanceof CertificateStatus.Unknown)) {
            Instant freshUntil = now.plus(Duration.between(now, keptUntil).dividedBy(2));
            synchronized (presigned) {
                presigned.put(id, new Presigned(by, status, answer, freshUntil));
            }
        }
        return answer;
    }

    private OcspAnswer signed(OcspSigner by, OcspRequest request, Instant now) {
        List<OcspEncoding.Single> answers =
                request.certificates().stream()
                        .map(id -> single(by, id, statuses.of(id.serialNumber()), now))
                        .toList();
        byte[] der = by.sign(now, answers, request.nonce());
        return new OcspAnswer(ByteBuffer.wrap(der).asReadOnlyBuffer(), Optional.empty());
    }

    private OcspEncoding.Single single(
            OcspSigner by, CertificateId id, CertificateStatus status, Instant now) {
        return new OcspEncoding.Single(id, status, thisUpdate(now), nextUpdate(by, now));
    }

    private static Instant thisUpdate(Instant now) {
        return now.minus(EndEntityProfile.CLOCK_SKEW);
    }

    private Instant nextUpdate(OcspSigner by, Instant now) {
        return earlier(now.plus(reliableFor).plus(EndEntityProfile.CLOCK_SKEW), by.validUntil());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static OcspAnswer error(int status) {
        return new OcspAnswer(
                ByteBuffer.wrap(OcspEncoding.error(status)).asReadOnlyBuffer(), Optional.empty());
    }
}
