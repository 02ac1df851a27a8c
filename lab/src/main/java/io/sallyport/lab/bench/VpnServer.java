package io.sallyport.lab.bench;

import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.TeleworkerHost;

import java.time.Duration;
import java.util.List;

/** A server that the stock client logs in to with a user name and a password. */
interface VpnServer extends AutoCloseable {
    /** What it is called in messages. */
    String name();

    /** Where clients log in. */
    String url();

    String user();

    /** Never shown. */
    String password();

    /** The certificate that its clients trust, in PEM. */
    String trustedPem();

    /** Its inner addresses, which hosts behind it have to send to. */
    String pool();

    /** All that it consists of on its host. */
    ServerProcesses processes();

    /** What decides its logins elsewhere. */
    default List<ServerProcesses> processesBehind() {
        return List.of();
    }

    /** A stock client with its tunnel up; blocks until then, and throws when it does not come. */
    default OpenConnect connect(TeleworkerHost host, boolean dtls) {
        Duration deadline = Duration.ofSeconds(30);
        OpenConnect.Start start =
                host.openConnect(url())
                        .trusting(trustedPem())
                        .with("--user", user(), "--passwd-on-stdin")
                        .answering(password());
        OpenConnect client =
                dtls ? start.start().awaitDtls(deadline) : start.with("--no-dtls").start();
        return client.awaitUp(deadline);
    }

    @Override
    void close();
}
