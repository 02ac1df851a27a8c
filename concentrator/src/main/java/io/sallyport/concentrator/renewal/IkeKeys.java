package io.sallyport.concentrator.renewal;

import io.sallyport.concentrator.enrolment.NodeIdentity;
import io.sallyport.concentrator.reconcile.NodeCredentials;
import io.sallyport.node.enrolment.Member;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.renewal.KeyUser;
import io.sallyport.vici.CertificateFlag;
import io.sallyport.vici.CertificateType;
import io.sallyport.vici.Charon;
import io.sallyport.vici.LoadedCertificate;
import io.sallyport.vici.ViciSession;
import io.sallyport.wire.Enrolment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The IKE keys of this node. New ones are tried in charon beside the old, which any SA may still be
 * set up with; then the reconcile loop is told to load them and to unload the old.
 */
public final class IkeKeys implements KeyUser<Enrolment.Answer> {
    private final Path viciSocket;
    private final Charon.Limits limits;
    private final Supplier<Optional<NodeCredentials>> inForce;
    private final Runnable wake;
    private final Clock clock;
    private volatile NodeCredentials wanted;
    private Optional<NodeCredentials> seen = Optional.empty();
    private Instant since = Instant.EPOCH;

    /**
     * @param first those in use when the process begins
     * @param inForce those that charon has
     * @param wake asks for a pass of the reconcile loop
     */
    public IkeKeys(
            NodeCredentials first,
            Path viciSocket,
            Charon.Limits limits,
            Supplier<Optional<NodeCredentials>> inForce,
            Runnable wake,
            Clock clock) {
        this.wanted = first;
        this.viciSocket = viciSocket;
        this.limits = limits;
        this.inForce = inForce;
        this.wake = wake;
        this.clock = clock;
    }

    /** The keys to use now. For any thread. */
    public NodeCredentials wanted() {
        return wanted;
    }

    /**
     * {@inheritDoc}
     *
     * <p>charon takes both, and says that it has the private key of the certificate.
     */
    @Override
    public void prove(Member<Enrolment.Answer> next) throws IOException {
        NodeCredentials credentials = credentials(next);
        try (ViciSession session = new ViciSession(viciSocket)) {
            Charon charon = new Charon(session, limits);
            charon.loadCertificate(
                    CertificateType.X509,
                    CertificateFlag.NONE,
                    credentials.ikeCertificatePem().getBytes(StandardCharsets.US_ASCII));
            charon.loadKey(credentials.ikeKey().getEncoded());
            ByteBuffer der = der(credentials.ikeCertificatePem());
            AtomicBoolean usable = new AtomicBoolean();
            charon.listCertificates(
                    certificate -> {
                        if (isUsable(certificate, der)) {
                            usable.set(true);
                        }
                    });
            if (!usable.get()) {
                throw new IOException("charon does not match the new IKE key and certificate");
            }
        }
    }

    @Override
    public void use(Member<Enrolment.Answer> member) {
        wanted = credentials(member);
        wake.run();
    }

    @Override
    public Optional<Instant> inForce() {
        Optional<NodeCredentials> present = inForce.get().filter(wanted::equals);
        if (present.isEmpty()) {
            return Optional.empty();
        }
        if (!present.equals(seen)) {
            seen = present;
            since = clock.instant();
        }
        return Optional.of(since);
    }

    private static boolean isUsable(LoadedCertificate certificate, ByteBuffer der) {
        return certificate.hasPrivateKey() && certificate.data().equals(der);
    }

    private static ByteBuffer der(String pem) throws IOException {
        try {
            return ByteBuffer.wrap(ProvisionerTls.certificates(pem).getFirst().getEncoded());
        } catch (CertificateException e) {
            throw new IOException("the new IKE certificate is malformed", e);
        }
    }

    private static NodeCredentials credentials(Member<Enrolment.Answer> member) {
        NodeIdentity identity = NodeIdentity.of(member);
        return new NodeCredentials(identity.ikeKey(), identity.ikeCertificatePem());
    }
}
