package io.sallyport.lab.bench;

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

    @Override
    void close();
}
