package io.sallyport.gateway.tls;

import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.ProtocolVersion;

import java.io.IOException;

/** A client that shakes hands as stock clients do; the acceptor's counterpart in the warm-up. */
final class DtlsPskClient extends PSKTlsClient {

    private final int suite;

    private DtlsPskClient(JdkTlsCrypto crypto, DtlsPsk psk, int suite) {
        super(crypto, new BasicTlsPSKIdentity("psk", psk.octets()));
        this.suite = suite;
    }

    /** Runs the handshake; blocks. */
    static DTLSTransport connect(JdkTlsCrypto crypto, DatagramLink link, DtlsPsk psk, int suite)
            throws IOException {
        return new DTLSClientProtocol()
                .connect(new DtlsPskClient(crypto, psk, suite), new LinkTransport(link));
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {suite};
    }

    @Override
    public boolean shouldUseExtendedMasterSecret() {
        return false;
    }
}
