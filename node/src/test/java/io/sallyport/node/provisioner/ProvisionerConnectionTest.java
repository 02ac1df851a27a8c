package io.sallyport.node.provisioner;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.node.FakeProvisioner;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

@Timeout(30)
class ProvisionerConnectionTest {
    @Test
    void refusesABodyThatIsTooLarge() throws IOException {
        try (FakeProvisioner provisioner = new FakeProvisioner(false);
                ProvisionerConnection connection = provisioner.connection()) {
            provisioner.on("/", it -> FakeProvisioner.answer(it, 200, new byte[1001]));
            assertThatThrownBy(
                            () ->
                                    connection.exchange(
                                            request(provisioner), Duration.ofSeconds(20), 1000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void givesUpABodyThatStopsInTheMiddle() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (FakeProvisioner provisioner = new FakeProvisioner(false);
                ProvisionerConnection connection = provisioner.connection()) {
            provisioner.on(
                    "/",
                    exchange -> {
                        exchange.sendResponseHeaders(200, 100);
                        exchange.getResponseBody().write(new byte[50]);
                        exchange.getResponseBody().flush();
                        try {
                            over.await();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    });
            assertThatThrownBy(
                            () ->
                                    connection.exchange(
                                            request(provisioner), Duration.ofMillis(500), 1000))
                    .isInstanceOf(HttpTimeoutException.class);
            over.countDown();
        }
    }

    @Test
    void trustsNoOtherRoot() throws IOException {
        try (FakeProvisioner provisioner = new FakeProvisioner(false);
                FakeProvisioner other = new FakeProvisioner(false);
                ProvisionerConnection connection = other.connection()) {
            assertThatThrownBy(
                            () ->
                                    connection.exchange(
                                            request(provisioner), Duration.ofSeconds(20), 1000))
                    .isInstanceOf(IOException.class);
        }
    }

    private static HttpRequest request(FakeProvisioner provisioner) {
        return HttpRequest.newBuilder(provisioner.url("/")).build();
    }
}
