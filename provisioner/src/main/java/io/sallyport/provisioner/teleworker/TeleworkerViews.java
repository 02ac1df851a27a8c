package io.sallyport.provisioner.teleworker;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.key.Pkcs12;
import io.sallyport.provisioner.totp.Totp;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Teleworkers and their credentials as customers see them. What is secret is shown once. */
final class TeleworkerViews {
    private TeleworkerViews() {}

    /**
     * A teleworker.
     *
     * @param hasPassword whether it has one
     * @param hasTotp whether it has a secret for one-time passwords
     */
    record TeleworkerView(
            UUID id,
            String username,
            Teleworker.State state,
            List<String> groups,
            boolean hasPassword,
            boolean hasTotp,
            Instant createdAt) {
        static TeleworkerView of(Teleworker teleworker) {
            return new TeleworkerView(
                    teleworker.id(),
                    teleworker.username().text(),
                    teleworker.state(),
                    teleworker.groups(),
                    teleworker.password(),
                    teleworker.totp(),
                    teleworker.createdAt());
        }
    }

    /**
     * A teleworker that was just created.
     *
     * @param password if it was made here; absent otherwise
     * @param totp if it was asked for; absent otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CreatedTeleworkerView(
            UUID id,
            String username,
            Teleworker.State state,
            List<String> groups,
            Instant createdAt,
            @Nullable String password,
            @Nullable TotpView totp) {
        @Override
        public String toString() {
            return "CreatedTeleworkerView[id=%s]".formatted(id);
        }
    }

    /** A page; {@code next} is what to pass as {@code after} for the next one, null on the last. */
    record TeleworkerList(List<TeleworkerView> teleworkers, @Nullable UUID next) {}

    /**
     * A secret for one-time passwords.
     *
     * @param secret in base32
     * @param uri for authenticator programs, to be shown as QR code
     */
    record TotpView(String secret, String uri) {
        static TotpView of(Totp totp, Username username) {
            return new TotpView(totp.base32(), totp.uri("Sallyport", username.text()));
        }

        @Override
        public String toString() {
            return "TotpView[hidden]";
        }
    }

    /** A password that was made here; absent if the customer chose it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PasswordView(@Nullable String password) {
        @Override
        public String toString() {
            return "PasswordView[hidden]";
        }
    }

    /**
     * A certificate.
     *
     * @param device which device of the teleworker enrolled for it over EST; null if it was issued
     *     by hand
     */
    record CertificateView(
            UUID id,
            @Nullable UUID device,
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            @Nullable Instant revokedAt) {
        static CertificateView of(TeleworkerStore.Certified certified) {
            return new CertificateView(
                    certified.id(),
                    certified.device().orElse(null),
                    certified.serialNumber(),
                    certified.notBefore(),
                    certified.notAfter(),
                    certified.revokedAt().orElse(null));
        }
    }

    /** The certificates of a teleworker, the oldest first. */
    record CertificateList(List<CertificateView> certificates) {}

    /**
     * A certificate that was just issued.
     *
     * @param chain the certificate and its issuer, PEM
     * @param pkcs12 with the key, if it was made here; absent otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record IssuedCertificateView(
            UUID id,
            String serialNumber,
            Instant notAfter,
            String chain,
            @Nullable Pkcs12View pkcs12) {
        static IssuedCertificateView of(TeleworkerCertificates.New issued) {
            return new IssuedCertificateView(
                    issued.certificate().id(),
                    issued.certificate().serialNumber(),
                    issued.certificate().notAfter(),
                    issued.chainPem(),
                    issued.pkcs12().map(Pkcs12View::of).orElse(null));
        }
    }

    /** PKCS#12, and what opens it. */
    record Pkcs12View(String base64, String password) {
        static Pkcs12View of(Pkcs12 pkcs12) {
            byte[] octets = new byte[pkcs12.octets().remaining()];
            pkcs12.octets().get(octets);
            char[] characters = pkcs12.passphrase().characters();
            var view =
                    new Pkcs12View(
                            Base64.getEncoder().encodeToString(octets), new String(characters));
            Arrays.fill(characters, '\0');
            pkcs12.passphrase().close();
            return view;
        }

        @Override
        public String toString() {
            return "Pkcs12View[hidden]";
        }
    }
}
