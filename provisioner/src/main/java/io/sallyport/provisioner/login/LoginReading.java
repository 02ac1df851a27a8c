package io.sallyport.provisioner.login;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.gateway.Gateway;
import io.sallyport.provisioner.gateway.Gateways;
import io.sallyport.provisioner.password.PasswordHash;
import io.sallyport.provisioner.teleworker.Groups;
import io.sallyport.provisioner.teleworker.TeleworkerSeal;
import io.sallyport.provisioner.teleworker.Username;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;

import jakarta.inject.Singleton;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The first half of a decision: finds out who and what a login is about, and whether its name is
 * closed. One transaction; it takes no lock.
 */
@Singleton
class LoginReading {
    private final Sql sql;
    private final Gateways gateways;
    private final Groups groups;
    private final TeleworkerSeal seal;
    private final Certificates certificates;
    private final TrustedCertificates trusted;
    private final AttemptLimit limit;
    private final LoginRecords records;
    private final Clock clock;

    LoginReading(
            Sql sql,
            Gateways gateways,
            Groups groups,
            TeleworkerSeal seal,
            Certificates certificates,
            TrustedCertificates trusted,
            AttemptLimit limit,
            LoginRecords records,
            Clock clock) {
        this.sql = sql;
        this.gateways = gateways;
        this.groups = groups;
        this.seal = seal;
        this.certificates = certificates;
        this.trusted = trusted;
        this.limit = limit;
        this.records = records;
        this.clock = clock;
    }

    /** Either what to go on with, or a decision already. */
    sealed interface Outcome {
        record GoOn(Attempt attempt) implements Outcome {}

        record Decided(LoginDecision decision) implements Outcome {}
    }

    /** Reads. Blocks. */
    @Transactional
    Outcome read(UUID gatewayId, LoginRequest request) {
        Gateway gateway = gateways.find(gatewayId).orElseThrow();
        UUID customer = gateway.customer();
        Optional<GroupPolicy> policy =
                groups.find(customer, request.group()).map(Groups.Group::policy);
        if (policy.isEmpty()) {
            return decided(gateway, request, null, Refusals.NO_GROUP);
        }
        Instant now = clock.instant();
        Optional<Continuation> continuation = Optional.empty();
        if (request.continuation().isPresent()) {
            continuation =
                    Continuation.open(
                            request.continuation().get(),
                            seal.continuations(),
                            scope(customer, request),
                            now);
            if (continuation.isEmpty()) {
                return decided(gateway, request, null, Refusals.CONTINUATION);
            }
        }
        Optional<Certificate> certificate = Optional.empty();
        if (policy.get().factors().contains(Factor.CERTIFICATE)) {
            if (request.clientCertificateChain().isEmpty()) {
                return decided(gateway, request, null, Refusals.NO_CERTIFICATE);
            }
            certificate = certificate(request, now);
            if (certificate.isEmpty()) {
                return decided(gateway, request, null, Refusals.CERTIFICATE);
            }
        }
        Optional<String> typed =
                request.username().map(LoginReading::folded).filter(name -> !name.isEmpty());
        Optional<Subject> subject = subject(customer, typed, certificate, continuation);
        if (certificate.isPresent() && !belongs(certificate.get(), subject)) {
            return decided(gateway, request, null, Refusals.CERTIFICATE);
        }
        if (continuation.isPresent() && !continues(continuation.get(), subject)) {
            return decided(gateway, request, subject.orElse(null), Refusals.CONTINUATION);
        }
        Optional<String> limitKey =
                subject.map(Subject::username).or(() -> typed.filter(Username::isOne));
        if (limitKey.isPresent()) {
            OptionalLong closed = limit.closed(customer, limitKey.get(), now);
            if (closed.isPresent()) {
                return decided(
                        gateway,
                        request,
                        subject.orElse(null),
                        Refusals.tooMany(closed.getAsLong()));
            }
        }
        return new Outcome.GoOn(
                new Attempt(
                        gateway.id(),
                        customer,
                        request,
                        policy.get(),
                        limitKey,
                        subject,
                        certificate,
                        continuation));
    }

    static Continuation.Scope scope(UUID customer, LoginRequest request) {
        return new Continuation.Scope(
                customer, request.group(), request.sourceAddress().toString());
    }

    private Outcome decided(
            Gateway gateway, LoginRequest request, Subject subject, LoginDecision decision) {
        boolean known = !decision.equals(Refusals.NO_GROUP);
        records.record(
                new LoginRecords.Facts(
                        gateway.id(),
                        gateway.customer(),
                        subject == null ? null : subject.id(),
                        known ? request.group() : null,
                        request.sourceAddress().toString()),
                decision);
        return new Outcome.Decided(decision);
    }

    /**
     * The client's own certificate, if it is the very one that we issued, is not revoked and holds
     * now. Our table has every certificate of our authority, so no chain has to be built; the
     * signature is verified all the same.
     */
    private Optional<Certificate> certificate(LoginRequest request, Instant now) {
        try {
            Octets first = request.clientCertificateChain().getFirst();
            X509Certificate parsed =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(first.toArray()));
            return isAccepted(parsed)
                    ? certificates.find(parsed).filter(row -> row.holdsAt(now))
                    : Optional.empty();
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private boolean isAccepted(X509Certificate certificate) {
        return trusted.accepted(AuthorityProfile.TELEWORKERS).stream()
                .anyMatch(authority -> isSignedBy(certificate, authority));
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private boolean belongs(Certificate certificate, Optional<Subject> subject) {
        return subject.flatMap(
                        found ->
                                sql.first(
                                        """
                                        SELECT FROM teleworker_certificate
                                         WHERE certificate = ? AND teleworker = ?
                                        """,
                                        _ -> true,
                                        certificate.id(),
                                        found.id()))
                .isPresent();
    }

    private static boolean continues(Continuation continuation, Optional<Subject> subject) {
        return subject.filter(found -> found.id().equals(continuation.teleworker()))
                .filter(found -> found.credentialsVersion() == continuation.credentialsVersion())
                .isPresent();
    }

    /** Without regard to case, but only of ASCII: to Java, the Kelvin sign is a k. */
    private static String folded(String name) {
        String stripped = name.strip();
        return stripped.chars().allMatch(c -> c < 0x80)
                ? stripped.toLowerCase(Locale.ROOT)
                : stripped;
    }

    /** By the typed name; without one by the continuation, then by the certificate. */
    private Optional<Subject> subject(
            UUID customer,
            Optional<String> typed,
            Optional<Certificate> certificate,
            Optional<Continuation> continuation) {
        if (typed.isPresent()) {
            return typed.filter(Username::isOne)
                    .flatMap(name -> one(customer, "t.username = ?", name));
        }
        if (continuation.isPresent()) {
            return one(customer, "t.id = ?", continuation.get().teleworker());
        }
        return certificate.flatMap(
                shown ->
                        one(
                                customer,
                                "t.id = (SELECT teleworker FROM teleworker_certificate"
                                        + " WHERE certificate = ?)",
                                shown.id()));
    }

    private Optional<Subject> one(UUID customer, String condition, Object parameter) {
        return sql.first(
                """
                SELECT t.id, t.username, t.credentials_version, t.password_hash, t.totp_secret
                  FROM teleworker t
                 WHERE t.customer = ? AND t.state <> 'DELETED'
                   AND (%s)
                """
                        .formatted(condition),
                this::subject,
                customer,
                parameter);
    }

    private Subject subject(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        Optional<byte[]> sealed = Optional.ofNullable(row.getBytes("totp_secret"));
        return new Subject(
                id,
                row.getString("username"),
                row.getInt("credentials_version"),
                Optional.ofNullable(row.getString("password_hash")).map(PasswordHash::parse),
                sealed.map(octets -> seal.open(id, octets)));
    }
}
