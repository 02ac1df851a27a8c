package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.CertificateAuthority;
import io.sallyport.pki.authority.OcspAnswer;
import io.sallyport.pki.authority.OcspResponder;
import io.sallyport.pki.authority.OcspSigner;
import io.sallyport.pki.revocation.CertificateStatus;
import io.sallyport.pki.revocation.OcspRequest;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A responder for each authority that issues (RFC 6960). Its signer is made when it is first asked,
 * and again long before that one ends; the key is in memory only. Any thread; blocks on the
 * database, the first question also for a certificate to be issued.
 */
@Singleton
public class OcspResponders {
    private static final Logger LOG = LoggerFactory.getLogger(OcspResponders.class);

    /** A cache between us and a client may repeat an answer for so long after a revocation. */
    private static final Duration RELIABLE_FOR = Duration.ofHours(1);

    /** Half the life of a responder's certificate. */
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(7);

    private final Map<String, Responder> byLabel = new ConcurrentHashMap<>();
    private final AuthorityKeys keys;
    private final CertificateRepository certificates;
    private final Standings standings;
    private final Clock clock;

    OcspResponders(
            AuthorityKeys keys,
            CertificateRepository certificates,
            Standings standings,
            Clock clock) {
        this.keys = keys;
        this.certificates = certificates;
        this.standings = standings;
        this.clock = clock;
    }

    /**
     * An answer.
     *
     * @param der read-only
     * @param freshness from when to when caches may hand it on; empty if they may not
     */
    public record Answer(ByteBuffer der, Optional<Freshness> freshness) {
        /** From when to when the answer may be relied on, and until when caches may keep it. */
        public record Freshness(Instant thisUpdate, Instant nextUpdate, Instant keptUntil) {}

        private static Answer of(OcspAnswer answer) {
            return new Answer(
                    answer.der(),
                    answer.freshness()
                            .map(
                                    it ->
                                            new Freshness(
                                                    it.thisUpdate(),
                                                    it.nextUpdate(),
                                                    it.keptUntil())));
        }
    }

    /** Whether an authority has this label. */
    public boolean has(String label) {
        return keys.labelled(label).isPresent();
    }

    /**
     * What the authority of this label says to a request; while the database is away: try later.
     *
     * @throws java.util.NoSuchElementException if there is no such authority
     */
    public Answer answer(String label, OcspRequest request) {
        Responder responder =
                byLabel.computeIfAbsent(
                        label, it -> new Responder(keys.labelled(it).orElseThrow()));
        try {
            return Answer.of(responder.current().answer(request));
        } catch (RuntimeException e) { // of the data layer, which has many
            LOG.warn("no OCSP answer of {}: {}", label, e.toString());
            return tryLater();
        }
    }

    /** What is said to what is no request. */
    public static Answer malformed() {
        return Answer.of(OcspResponder.malformed());
    }

    /** What is said to one too many. */
    public static Answer tryLater() {
        return Answer.of(OcspResponder.tryLater());
    }

    private final class Responder {
        private final CertificateAuthority authority;
        private final String name;
        private OcspResponder responder;
        private Instant signsUntil = Instant.MIN;

        Responder(CertificateAuthority authority) {
            this.authority = authority;
            this.name = Custody.commonName(authority);
        }

        synchronized OcspResponder current() {
            Instant now = clock.instant();
            if (now.isBefore(signsUntil)) {
                return responder;
            }
            OcspSigner signer =
                    authority.profile().signsOcsp()
                            ? authority.ocspSigner()
                            : authority.delegateOcsp(
                                    issued -> certificates.save(Custody.row(issued, now)));
            if (responder == null) {
                responder = new OcspResponder(signer, this::status, clock, RELIABLE_FOR);
            } else {
                responder.signWith(signer);
            }
            signsUntil = signer.validUntil().minus(RENEWED_BEFORE_END);
            return responder;
        }

        private CertificateStatus status(BigInteger serialNumber) {
            return standings
                    .find(name, serialNumber.toString(16))
                    .map(
                            standing ->
                                    standing.revoked(serialNumber)
                                            .<CertificateStatus>map(CertificateStatus.Revoked::new)
                                            .orElseGet(CertificateStatus.Good::new))
                    .orElseGet(CertificateStatus.Unknown::new);
        }
    }
}
