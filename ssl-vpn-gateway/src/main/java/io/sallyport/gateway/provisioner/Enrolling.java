package io.sallyport.gateway.provisioner;

import io.sallyport.node.enrolment.Enroller;
import io.sallyport.node.enrolment.Member;
import io.sallyport.node.enrolment.Membership;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.GatewayEnrolment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Enrols this node as a gateway, once. */
public final class Enrolling implements Membership<GatewayEnrolment.Answer> {
    private final Enroller<GatewayEnrolment.Answer> enroller;

    /**
     * @param apiUrl the provisioner's public API, without the path
     * @param secretFile holds the one-time secret; deleted once it was used
     */
    public Enrolling(StateDirectory state, URI apiUrl, Path secretFile, Backoff backoff) {
        enroller = new Enroller<>(this, state, apiUrl, secretFile, backoff);
    }

    /**
     * The node's identity: the stored one, or a new one. Blocks, and asks again with growing
     * pauses, until the provisioner answers.
     *
     * @param connection trusts the internal root only
     * @throws io.sallyport.node.enrolment.EnrolmentRefusedException if there is no usable secret,
     *     or the provisioner refuses it
     * @throws IOException if the thread is interrupted, or the state cannot be read or written
     */
    public GatewayIdentity enrol(ProvisionerConnection connection) throws IOException {
        Member<GatewayEnrolment.Answer> member = enroller.enrol(connection);
        return new GatewayIdentity(
                member.answer().gateway(),
                member.answer().internalUrl(),
                member.keys().getFirst(),
                member.answer().clientChainPem(),
                member.keys().getLast());
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
