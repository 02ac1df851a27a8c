package io.sallyport.provisioner.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestTls;

import org.junit.jupiter.api.Test;

import java.io.IOException;

import javax.net.ssl.SSLSocket;

class ConnectionBoundTest {
    @Test
    void closesOneConnectionTooManyBeforeItsHandshake() throws IOException {
        System.setProperty("sallyport.connections-per-listener", "2");
        try (var provisioner = RunningProvisioner.start();
                SSLSocket first = connect(provisioner);
                SSLSocket second = connect(provisioner)) {
            // Two event loops count in the order in which they come to it: so first these two.
            first.startHandshake();
            second.startHandshake();
            try (SSLSocket third = connect(provisioner)) {
                assertThatThrownBy(third::startHandshake).isInstanceOf(IOException.class);
            }
            assertThat(second.getSession().isValid()).isTrue();
        } finally {
            System.clearProperty("sallyport.connections-per-listener");
        }
    }

    private static SSLSocket connect(RunningProvisioner provisioner) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        TestTls.trusting(provisioner.rootFile())
                                .getSocketFactory()
                                .createSocket("127.0.0.1", provisioner.apiUrl().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }
}
