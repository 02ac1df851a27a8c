package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.deviceconfig.DeviceFamily;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One tunnel of one branch.
 *
 * @param id its id, the same on every node
 * @param order the order that made it
 * @param customer whose it is
 * @param branch name of the branch, one DNS label
 * @param identity the branch's IKE identity
 * @param state how far its life is
 * @param family the kind of device at the branch
 * @param ownKey whether the customer made the key
 * @param ready whether its concentrator has the connection, so that the branch can dial in
 * @param certificate the branch's newest certificate; null until there is one
 * @param credential what that certificate says; null until there is one
 * @param concentrator where it ends
 * @param protectedNetworks the branch's networks
 * @param probeAddress the branch's address that answers probes
 */
public record Tunnel(
        UUID id,
        UUID order,
        UUID customer,
        String branch,
        DnsName identity,
        State state,
        DeviceFamily family,
        boolean ownKey,
        boolean ready,
        @Nullable UUID certificate,
        @Nullable Credential credential,
        ConcentratorEnd concentrator,
        List<IpNetwork> protectedNetworks,
        IpAddress probeAddress) {
    public Tunnel {
        protectedNetworks = List.copyOf(protectedNetworks);
    }

    /** How far a tunnel's life is. */
    public enum State {
        /** Ordered. */
        ACTIVE,
        /** Cancelled; its concentrator has not said yet that it is gone. */
        ENDING,
        /** Gone; its name and addresses are free. */
        ENDED
    }

    /**
     * A certificate of a branch.
     *
     * @param serialNumber hexadecimal
     * @param notBefore valid from here, inclusive
     * @param notAfter valid to here, inclusive
     * @param revoked whether it was revoked
     */
    public record Credential(
            String serialNumber, Instant notBefore, Instant notAfter, boolean revoked) {}

    /**
     * The concentrator of a tunnel.
     *
     * @param id its id
     * @param name its name
     * @param identity its IKE identity
     * @param ikeAddress where its charon is reached
     * @param networks what is reached through it
     */
    public record ConcentratorEnd(
            UUID id,
            String name,
            DnsName identity,
            IpAddress ikeAddress,
            List<IpNetwork> networks) {
        public ConcentratorEnd {
            networks = List.copyOf(networks);
        }
    }
}
