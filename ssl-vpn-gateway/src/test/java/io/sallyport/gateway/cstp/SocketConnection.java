package io.sallyport.gateway.cstp;

import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.gateway.tls.EstablishedTls;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A connection over a socket of the JDK, with or without TLS of its own. */
final class SocketConnection implements ClientConnection {
    private final Socket socket;
    private final ClientCertificate certificate;
    private final InputStream in;
    private final OutputStream out;
    private volatile long deadline;
    private volatile boolean taken;

    SocketConnection(Socket socket, ClientCertificate certificate) throws IOException {
        this.socket = socket;
        this.certificate = certificate;
        this.in = new DeadlineInput(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void deadline(Duration fromNow) {
        deadline = System.nanoTime() + fromNow.toNanos();
    }

    @Override
    public ClientCertificate certificate() {
        return certificate;
    }

    @Override
    public EstablishedTls takeOver() {
        taken = true;
        return new EstablishedTls(null, null, null, null);
    }

    @Override
    public void close() {
        if (taken) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class DeadlineInput extends FilterInputStream {
        DeadlineInput(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            long left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("deadline");
            }
            socket.setSoTimeout((int) left);
            return super.read(buffer, offset, length);
        }
    }
}
