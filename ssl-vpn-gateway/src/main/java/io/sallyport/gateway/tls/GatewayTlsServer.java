package io.sallyport.gateway.tls;

import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.util.Arrays;

import java.io.IOException;
import java.util.List;
import java.util.Vector;
import java.util.stream.Collectors;

/**
 * Our choices in one TLS handshake: what we offer, in what order, and what we keep of its result.
 * BouncyCastle's defaults for the rest fit: no renegotiation, no resumption, no compression, no
 * early data. Application protocols (ALPN) are left unanswered: stock clients do not send any.
 */
final class GatewayTlsServer extends AbstractTlsServer {

    /** A chain of client certificates is the longest message that we read. */
    private static final int HANDSHAKE_MESSAGE_LIMIT = 16 * 1024;

    private static final int CLIENT_CHAIN_LIMIT = 6;
    private static final String EXPORTER_LABEL = "EXPORTER-openconnect-psk";
    private static final int PSK_LENGTH = 32;

    /** What client certificates may sign with, in both versions. */
    static final List<Integer> CLIENT_SCHEMES =
            List.of(
                    SignatureScheme.ecdsa_secp256r1_sha256,
                    SignatureScheme.ecdsa_secp384r1_sha384,
                    SignatureScheme.rsa_pss_rsae_sha256,
                    SignatureScheme.rsa_pss_rsae_sha384,
                    SignatureScheme.rsa_pss_rsae_sha512,
                    SignatureScheme.rsa_pkcs1_sha256,
                    SignatureScheme.rsa_pkcs1_sha384);

    // BouncyCastle's interfaces are older than List.
    @SuppressWarnings("JdkObsolete")
    private static final Vector<SignatureAndHashAlgorithm> CLIENT_ALGORITHMS =
            CLIENT_SCHEMES.stream()
                    .map(SignatureScheme::getSignatureAndHashAlgorithm)
                    .collect(Collectors.toCollection(Vector::new));

    private final JdkTlsCrypto crypto;
    private final ServerIdentity identity;
    private Certificate clientChain = Certificate.EMPTY_CHAIN;
    private DtlsPsk psk;
    private boolean tls13;
    private int suite;

    GatewayTlsServer(JdkTlsCrypto crypto, ServerIdentity identity) {
        super(crypto);
        this.crypto = crypto;
        this.identity = identity;
    }

    /** The client's chain as it came, not judged; empty if there is none. */
    Certificate clientChain() {
        return clientChain;
    }

    /** The key of the DTLS handshake; null before the handshake is over. */
    DtlsPsk psk() {
        return psk;
    }

    String version() {
        return tls13 ? "TLSv1.3" : "TLSv1.2";
    }

    /** The suite's registered name. */
    String cipherSuite() {
        return switch (suite) {
            case CipherSuite.TLS_AES_256_GCM_SHA384 -> "TLS_AES_256_GCM_SHA384";
            case CipherSuite.TLS_AES_128_GCM_SHA256 -> "TLS_AES_128_GCM_SHA256";
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ->
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ->
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
            case CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 ->
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
            case CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 ->
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
            default -> throw new IllegalStateException("suite " + suite);
        };
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return identity.suites();
    }

    @Override
    public int[] getSupportedGroups() {
        return JdkTlsCrypto.GROUPS.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public boolean preferLocalSupportedGroups() {
        return true;
    }

    // The two below are for TLS 1.2; what BouncyCastle does takes the client's first curve, known
    // here or not.

    @Override
    protected boolean isSelectableCipherSuite(
            int cipherSuite,
            int curveBits,
            int fieldBits,
            @SuppressWarnings("rawtypes") Vector sigAlgs) {
        return TlsUtils.isValidVersionForCipherSuite(cipherSuite, context.getServerVersion())
                && TlsUtils.isValidCipherSuiteForSignatureAlgorithms(cipherSuite, sigAlgs)
                && selectECDH(0) >= 0;
    }

    @Override
    protected int selectECDH(int minimumCurveBits) {
        int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        for (int group : JdkTlsCrypto.GROUPS) {
            if (NamedGroup.refersToAnECDHCurve(group)
                    && offered != null
                    && Arrays.contains(offered, group)) {
                return group;
            }
        }
        return -1;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return HANDSHAKE_MESSAGE_LIMIT;
    }

    @Override
    public int getMaxCertificateChainLength() {
        return CLIENT_CHAIN_LIMIT;
    }

    /** The chain is judged as a whole, by {@link ClientChains}. */
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        SecurityParameters security = context.getSecurityParametersHandshake();
        return identity.credentials(
                crypto,
                new TlsCryptoParameters(context),
                TlsUtils.isTLSv13(context),
                certificateStatusRequest != null,
                security.getClientSigAlgs());
    }

    @Override
    protected boolean allowCertificateStatus() {
        return identity.staple().isPresent();
    }

    @Override
    public CertificateStatus getCertificateStatus() {
        return identity.staple().orElse(null);
    }

    @Override
    public CertificateRequest getCertificateRequest() throws IOException {
        if (identity.clientAuthorities().isEmpty()) {
            return null;
        }
        return TlsUtils.isTLSv13(context)
                ? new CertificateRequest(
                        TlsUtils.EMPTY_BYTES, CLIENT_ALGORITHMS, null, identity.clientAuthorities())
                : new CertificateRequest(
                        new short[] {
                            ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign
                        },
                        CLIENT_ALGORITHMS,
                        identity.clientAuthorities());
    }

    @Override
    public void notifyClientCertificate(Certificate clientCertificate) {
        clientChain = clientCertificate;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters security = context.getSecurityParametersConnection();
        tls13 = TlsUtils.isTLSv13(context);
        suite = security.getCipherSuite();
        byte[] exported =
                tls13
                        ? context.exportKeyingMaterial(EXPORTER_LABEL, null, PSK_LENGTH)
                        : exportWithoutExtendedMasterSecret(security);
        psk = new DtlsPsk(exported);
    }

    /**
     * The exporter of RFC 5705. BouncyCastle refuses it in TLS 1.2 without the extended master
     * secret (RFC 7627), which stock clients do not offer.
     */
    private static byte[] exportWithoutExtendedMasterSecret(SecurityParameters security)
            throws IOException {
        byte[] seed = Arrays.concatenate(security.getClientRandom(), security.getServerRandom());
        return security.getMasterSecret()
                .deriveUsingPRF(security.getPRFAlgorithm(), EXPORTER_LABEL, seed, PSK_LENGTH)
                .extract();
    }
}
