package io.sallyport.gateway.tls;

import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsPSKIdentityManager;

import java.time.Duration;

/**
 * Our choices in one DTLS handshake. No HelloVerifyRequest is sent: nobody gets here without the
 * App-ID, which no third party can guess.
 */
final class DtlsPskServer extends PSKTlsServer {

    private static final int HANDSHAKE_MESSAGE_LIMIT = 4 * 1024;

    private final int timeoutMillis;

    DtlsPskServer(JdkTlsCrypto crypto, DtlsPsk psk, Duration deadline) {
        super(crypto, identity(psk));
        // 0 would be for ever.
        timeoutMillis = Math.clamp(deadline.toMillis(), 1, Integer.MAX_VALUE);
    }

    /** Stock clients say "psk"; the key says who it is, whatever the name. */
    private static TlsPSKIdentityManager identity(DtlsPsk psk) {
        return new TlsPSKIdentityManager() {
            @Override
            public byte[] getHint() {
                return null;
            }

            @Override
            public byte[] getPSK(byte[] identity) {
                return psk.octets();
            }
        };
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {
            CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384, CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256
        };
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return HANDSHAKE_MESSAGE_LIMIT;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return timeoutMillis;
    }
}
