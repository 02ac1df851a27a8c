package io.sallyport.gateway.provisioner;

import io.sallyport.node.enrolment.Enroller;
import io.sallyport.node.enrolment.Membership;
import io.sallyport.node.enrolment.Memberships;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.GatewayEnrolment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** Enrols this node as a gateway, once. */
public final class Enrolling implements Membership<GatewayEnrolment.Answer> {
    private final Enroller<GatewayEnrolment.Answer> enroller;

    /**
     * @param seal seals the node's keys before they are written
     * @param apiUrl the provisioner's public API, without the path
     * @param secretFile holds the one-time secret; deleted once it was used
     * @param random draws when the certificates are to be renewed
     */
    public Enrolling(
            StateDirectory state,
            KeySeal seal,
            URI apiUrl,
            Path secretFile,
            Backoff backoff,
            RandomGenerator random) {
        enroller = new Enroller<>(this, state, seal, apiUrl, secretFile, backoff, random);
    }

    /**
     * The node's keys and certificates: the stored ones, or new ones. Blocks, and asks again with
     * growing pauses, until the provisioner answers.
     *
     * @param connection trusts the internal root only
     * @throws io.sallyport.node.enrolment.EnrolmentRefusedException if there is no usable secret,
     *     or the provisioner refuses it
     * @throws IOException if the thread is interrupted, or the state cannot be read or written
     */
    public Memberships<GatewayEnrolment.Answer> enrol(ProvisionerConnection connection)
            throws IOException {
        return enroller.enrol(connection);
    }

    @Override
    public List<String> keys() {
        return List.of("client", "server");
    }

    @Override
    public String path() {
        return "/v1/gateway-enrolments";
    }

    @Override
    public URI resource(GatewayEnrolment.Answer answer, String name) {
        return answer.internalUrl()
                .resolve("/internal/v1/gateways/%s/%s".formatted(answer.gateway(), name));
    }

    @Override
    public GatewayEnrolment.Request request(List<String> requestsPem) {
        return new GatewayEnrolment.Request(requestsPem.getFirst(), requestsPem.getLast());
    }

    @Override
    public Class<GatewayEnrolment.Answer> answer() {
        return GatewayEnrolment.Answer.class;
    }

    @Override
    public List<String> certificatesPem(GatewayEnrolment.Answer answer) {
        return List.of(answer.clientChainPem(), answer.serverChainPem());
    }
}
