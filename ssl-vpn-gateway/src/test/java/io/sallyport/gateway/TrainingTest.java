package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;

@Timeout(60)
class TrainingTest {
    @Test
    void doesAsMuchAsItIsTold() throws Exception {
        Training.Done done = Training.train(Clock.systemUTC(), 2, 3, 4, 1);
        assertThat(done.handshakes().dtls()).isEqualTo(2);
        assertThat(done.handshakes().tls13()).isEqualTo(4);
        assertThat(done.logins()).isEqualTo(4);
        assertThat(done.packets().packetsUp()).isGreaterThanOrEqualTo(40); // a burst over TLS
    }
}
