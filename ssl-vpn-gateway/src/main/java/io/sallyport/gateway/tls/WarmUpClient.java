package io.sallyport.gateway.tls;

import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.util.Integers;

import java.util.Vector;

/**
 * The client of a handshake with ourselves. It believes any server, so it is for {@link TlsWarmUp}
 * and tests alone.
 */
final class WarmUpClient extends DefaultTlsClient {

    private final ProtocolVersion version;
    private final int group;

    WarmUpClient(JdkTlsCrypto crypto, ProtocolVersion version, int group) {
        super(crypto);
        this.version = version;
        this.group = group;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return version.only();
    }

    // BouncyCastle's interfaces are older than List and generics.
    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    protected Vector getSupportedGroups(Vector namedGroupRoles) {
        Vector<Integer> groups = new Vector<>();
        groups.add(Integers.valueOf(group));
        return groups;
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate serverCertificate) {
                // It is ours.
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return null;
            }
        };
    }
}
