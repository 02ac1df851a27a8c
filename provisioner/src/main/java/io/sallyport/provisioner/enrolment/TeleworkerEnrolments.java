package io.sallyport.provisioner.enrolment;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.authority.EndedCertificates;
import io.sallyport.provisioner.enrolment.Applicant.CertificateHolder;
import io.sallyport.provisioner.enrolment.Applicant.SecretHolder;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.teleworker.TeleworkerDevices;
import io.sallyport.provisioner.teleworker.TeleworkerDevices.Device;
import io.sallyport.provisioner.teleworker.TeleworkerDevices.Holder;

import jakarta.inject.Singleton;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;

/**
 * Certificates for the keys of teleworkers' devices, whatever protocol asks; as {@link
 * BranchEnrolments}, but for what follows from people who have weekends and several devices.
 *
 * <p>A <em>secret</em> makes one more device, and revokes nothing. With a <em>certificate</em> its
 * device renews, if it is the newest that the device got, also for a while after its end. The same
 * request again gets the same certificate while that holds, and then another one for the same key:
 * the first answer may have been lost before a weekend.
 */
@Singleton
public class TeleworkerEnrolments {
    private final TeleworkerSecrets secrets;
    private final TeleworkerDevices devices;
    private final Certificates certificates;
    private final Clock clock;

    TeleworkerEnrolments(
            TeleworkerSecrets secrets,
            TeleworkerDevices devices,
            Certificates certificates,
            Clock clock) {
        this.secrets = secrets;
        this.devices = devices;
        this.certificates = certificates;
        this.clock = clock;
    }

    /**
     * Certifies the key of a request. Blocks.
     *
     * @param request PKCS#10 in DER, as it was sent
     * @throws ProblemException if the applicant may not ask, or the request is refused: then
     *     nothing has changed, and a secret is as good as before
     */
    @Transactional
    public X509Certificate enrol(Applicant applicant, byte[] request) {
        return switch (applicant) {
            case SecretHolder holder -> setUp(holder, request);
            case CertificateHolder holder -> renew(holder, request);
        };
    }

    private X509Certificate setUp(SecretHolder applicant, byte[] octets) {
        TeleworkerSecrets.Secret found =
                secrets.find(applicant.secret()).orElseThrow(EnrolmentRules::unknownSecret);
        Holder holder =
                devices.lock(found.teleworker())
                        .filter(each -> isCalled(each, applicant.name()))
                        .orElseThrow(EnrolmentRules::unknownSecret);
        // Again, under the lock: it may have been used, or replaced, in between.
        TeleworkerSecrets.Secret secret =
                secrets.find(applicant.secret()).orElseThrow(EnrolmentRules::unknownSecret);
        requireActive(holder);
        String hash = EnrolmentRules.hash(octets);
        VerifiedRequest request =
                EnrolmentRules.verified(
                        octets,
                        EndEntityProfile.TELEWORKER,
                        parsed -> parsed.requireNoOtherThan(names(holder)));
        if (secret.device().isPresent()) {
            Device device = devices.find(secret.device().get());
            if (!device.requestHash().equals(hash)) {
                throw EnrolmentRules.usedSecret();
            }
            requireNotRevoked(device);
            return again(device, holder, request);
        }
        Certificate issued = issue(holder, request);
        secrets.used(holder.id(), devices.add(holder, issued.id(), hash).id());
        return certificates.certificate(issued.id());
    }

    private X509Certificate renew(CertificateHolder applicant, byte[] octets) {
        Certificate shown =
                certificates
                        .find(applicant.certificate())
                        .orElseThrow(() -> forbidden("the client certificate is not one of ours"));
        Holder holder =
                devices.holding(shown.id())
                        .flatMap(device -> devices.lock(device.teleworker()))
                        .orElseThrow(
                                () ->
                                        forbidden(
                                                "the client certificate was not enrolled for over"
                                                        + " EST, or its teleworker was removed"));
        // Again, under the lock: it may have been renewed in between.
        Device device = devices.holding(shown.id()).orElseThrow();
        requireActive(holder);
        requireNotRevoked(device);
        if (!EndedCertificates.mayRenewAt(shown.notAfter(), clock.instant())) {
            throw forbidden(
                    "the client certificate ended %s, more than %d days ago: enrol with a new"
                                    .formatted(
                                            shown.notAfter(),
                                            EndedCertificates.RENEWABLE_FOR.toDays())
                            + " secret");
        }
        VerifiedRequest request =
                EnrolmentRules.verified(
                        octets,
                        EndEntityProfile.TELEWORKER,
                        parsed -> parsed.requireSameNames(applicant.certificate(), names(holder)));
        String hash = EnrolmentRules.hash(octets);
        if (device.requestHash().equals(hash)) {
            return again(device, holder, request);
        }
        if (!device.certificate().equals(shown.id())) {
            throw forbidden(
                    "the device has renewed the client certificate already: only its newest one"
                            + " renews");
        }
        return another(device, holder, request, hash);
    }

    /** For the request that the device's newest certificate answers. */
    private X509Certificate again(Device device, Holder holder, VerifiedRequest request) {
        Certificate newest = certificates.find(device.certificate()).orElseThrow();
        return newest.holdsAt(clock.instant())
                ? certificates.certificate(newest.id())
                : another(device, holder, request, device.requestHash());
    }

    private X509Certificate another(
            Device device, Holder holder, VerifiedRequest request, String hash) {
        Instant since = clock.instant().minus(EnrolmentRules.RENEWALS_COUNTED);
        if (devices.issuedSince(device.id(), since) >= EnrolmentRules.RENEWALS_AT_MOST) {
            throw EnrolmentRules.tooMany("device");
        }
        Certificate issued = issue(holder, request);
        devices.renewed(device, holder, issued.id(), hash);
        return certificates.certificate(issued.id());
    }

    private Certificate issue(Holder holder, VerifiedRequest request) {
        return certificates.issue(EndEntityProfile.TELEWORKER, names(holder), request);
    }

    private void requireNotRevoked(Device device) {
        if (devices.isRevoked(device.id())) {
            throw forbidden("a certificate of this device is revoked");
        }
    }

    private static void requireActive(Holder holder) {
        if (!holder.active()) {
            throw forbidden("the teleworker is blocked");
        }
    }

    private static boolean isCalled(Holder holder, String name) {
        return name.equalsIgnoreCase(holder.identity().text())
                || name.equals(holder.id().toString());
    }

    private static CertificateNames names(Holder holder) {
        return CertificateNames.of(holder.identity());
    }

    private static ProblemException forbidden(String why) {
        return ProblemException.of(Kind.FORBIDDEN, why);
    }
}
