package io.sallyport.provisioner.tunnel;

import io.micronaut.context.BeanProvider;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.deviceconfig.BranchEnd;
import io.sallyport.provisioner.deviceconfig.BranchKey;
import io.sallyport.provisioner.deviceconfig.DeviceConfiguration;
import io.sallyport.provisioner.listener.Listeners;
import io.sallyport.provisioner.problem.ProblemException;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.UUID;

/** Hands device configurations out; a key made here goes with the first one and is then gone. */
@Singleton
class HandOut {
    private final Tunnels tunnels;
    private final BranchKeys keys;
    private final SiteCertificates certificates;
    private final Changes changes;
    private final BeanProvider<Listeners> listeners;

    HandOut(
            Tunnels tunnels,
            BranchKeys keys,
            SiteCertificates certificates,
            Changes changes,
            BeanProvider<Listeners> listeners) {
        this.tunnels = tunnels;
        this.keys = keys;
        this.certificates = certificates;
        this.changes = changes;
        this.listeners = listeners;
    }

    record HandedOut(DeviceConfiguration configuration, BranchKey key) {}

    /**
     * The configuration of the branch's device, as soon as there is one or this time is over.
     * Blocks; holds no transaction while it waits.
     *
     * @param early whether it may be handed out before the concentrator has loaded the connection
     * @throws ProblemException as {@link #configuration(UUID, UUID, boolean)}
     */
    HandedOut await(UUID customer, UUID id, boolean early, Duration atMost)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (Changes.Watch watch = changes.watch(id)) {
            Tunnel tunnel = tunnels.find(customer, id);
            while (tunnel.state() == Tunnel.State.ACTIVE
                    && !isAvailable(tunnel, early)
                    && watch.await(deadline)) {
                tunnel = tunnels.find(customer, id);
            }
        }
        return configuration(customer, id, early);
    }

    /**
     * The configuration of the branch's device. Blocks.
     *
     * @param early whether it may be handed out before the concentrator has loaded the connection
     * @throws ProblemException if there is no such tunnel, or it is not ready or ended
     */
    @Transactional
    HandedOut configuration(UUID customer, UUID id, boolean early) {
        Tunnel tunnel = tunnels.find(customer, id);
        if (tunnel.state() != Tunnel.State.ACTIVE) {
            throw ProblemException.of(
                    ProblemException.Kind.CONFLICT,
                    "the tunnel is %s: there is nothing to configure".formatted(tunnel.state()));
        }
        if (!isAvailable(tunnel, early)) {
            throw ProblemException.of(
                    ProblemException.Kind.CONFLICT,
                    "order %s is not ready yet".formatted(tunnel.order()));
        }
        BranchKey key = key(tunnel);
        BranchEnd branch =
                new BranchEnd(
                        Tunnels.desired(tunnel),
                        tunnel.concentrator().identity(),
                        tunnel.concentrator().ikeAddress(),
                        certificates.certificate(tunnel.certificate()),
                        certificates.trusted().stream()
                                .map(
                                        trusted ->
                                                new BranchEnd.Authority(
                                                        trusted.name(), trusted.certificate()))
                                .toList(),
                        listeners.get().enrolmentUrl(),
                        key);
        return new HandedOut(DeviceConfiguration.render(tunnel.family(), branch), key);
    }

    private static boolean isAvailable(Tunnel tunnel, boolean early) {
        return tunnel.certificate() != null && (early || tunnel.ready());
    }

    private BranchKey key(Tunnel tunnel) {
        if (tunnel.ownKey()) {
            return new BranchKey.Customers();
        }
        return keys.handOut(tunnel.id())
                .map(BranchKey.class::cast)
                .orElseGet(BranchKey.HandedOut::new);
    }
}
