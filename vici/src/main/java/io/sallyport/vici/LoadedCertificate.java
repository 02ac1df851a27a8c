package io.sallyport.vici;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A certificate, CRL or public key that charon knows (VICI README, {@code list-cert}).
 *
 * @param type what it is
 * @param flag absent for what is not X.509
 * @param hasPrivateKey whether charon has the key for it
 * @param data DER, read-only
 */
public record LoadedCertificate(
        CertificateType type,
        Optional<CertificateFlag> flag,
        boolean hasPrivateKey,
        ByteBuffer data) {

    /** Makes the data read-only. */
    public LoadedCertificate {
        data = data.asReadOnlyBuffer();
    }

    /** The DER octets; reading moves no other reader's position. */
    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }

    static LoadedCertificate from(ViciMessage message) throws ViciProtocolException {
        MessageReader in = new MessageReader("list-cert", message);
        Optional<CertificateFlag> flag =
                message.value("flag").isPresent()
                        ? Optional.of(in.constant("flag", CertificateFlag.class))
                        : Optional.empty();
        return new LoadedCertificate(
                in.constant("type", CertificateType.class),
                flag,
                in.isYes("has_privkey"),
                in.value("data").octets());
    }
}
