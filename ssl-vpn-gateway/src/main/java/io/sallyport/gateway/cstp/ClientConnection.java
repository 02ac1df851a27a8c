package io.sallyport.gateway.cstp;

import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.gateway.tls.TlsConnection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** What the handler needs of a {@link TlsConnection}. */
interface ClientConnection extends AutoCloseable {
    InputStream in();

    /** Each write is one record. */
    OutputStream out();

    /** From now on, reads and writes must be over within this time, all together. */
    void deadline(Duration fromNow);

    ClientCertificate certificate();

    EstablishedTls takeOver() throws IOException;

    @Override
    void close();

    static ClientConnection of(TlsConnection tls) {
        return new ClientConnection() {
            @Override
            public InputStream in() {
                return tls.in();
            }

            @Override
            public OutputStream out() {
                return tls.out();
            }

            @Override
            public void deadline(Duration fromNow) {
                tls.deadline(fromNow);
            }

            @Override
            public ClientCertificate certificate() {
                return tls.clientCertificate();
            }

            @Override
            public EstablishedTls takeOver() throws IOException {
                return tls.takeOver();
            }

            @Override
            public void close() {
                tls.close();
            }
        };
    }
}
