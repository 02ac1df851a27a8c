package io.sallyport.gateway;

import io.sallyport.gateway.cstp.LoginWarmUp;
import io.sallyport.gateway.datapath.DataPathWarmUp;
import io.sallyport.gateway.provisioner.LoginsTraining;
import io.sallyport.gateway.tls.TlsCredentials;
import io.sallyport.gateway.tls.TlsWarmUp;
import io.sallyport.gateway.tls.TrainingCredentials;
import io.sallyport.node.provisioner.ProvisionerTls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Does what a gateway does for its clients, with itself and on loopback, for a JVM that looks on
 * and writes an AOT cache when it ends ({@code -XX:AOTCacheOutput}, JEP 514). Needs no
 * configuration, no rights and no network. ADR 89.
 */
public final class Training {
    private static final Logger LOG = System.getLogger(Training.class.getName());

    /**
     * Rounds of handshakes, by number and not by time: a machine that is slow or busy would see too
     * few, and what a login runs only once has to run some hundred times until it is compiled with
     * its profile.
     */
    private static final int HANDSHAKES = 350;

    private static final int REQUESTS = 350;
    private static final int LOGINS = 2_000;
    private static final int BURSTS = 300;

    private Training() {}

    /**
     * Ends with status 1 if the gateway cannot talk to itself.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try {
            LOG.log(
                    Level.INFO,
                    "event=trained {0}",
                    train(Clock.systemUTC(), HANDSHAKES, REQUESTS, LOGINS, BURSTS));
        } catch (IOException | GeneralSecurityException e) {
            LOG.log(Level.ERROR, "event=cannot-train cause=\"{0}\"", e.toString());
            System.exit(1);
        }
    }

    /** What was done. */
    record Done(int logins, DataPathWarmUp.Done packets, TlsWarmUp.Done handshakes) {}

    static Done train(Clock clock, int handshakes, int requests, int logins, int bursts)
            throws IOException, GeneralSecurityException {
        int loggedIn = LoginWarmUp.run(clock, logins);
        DataPathWarmUp.Done packets = DataPathWarmUp.run(bursts, new SecureRandom());
        TlsCredentials credentials = TrainingCredentials.make(clock);
        String pem = TrainingCredentials.pem(credentials);
        LoginsTraining.run(ProvisionerTls.mutual(pem, credentials.key(), pem), clock, requests);
        return new Done(loggedIn, packets, TlsWarmUp.run(credentials, clock, handshakes));
    }
}
