package io.sallyport.concentrator.enrolment;

import io.sallyport.node.enrolment.Enroller;
import io.sallyport.node.enrolment.EnrolmentRefusedException;
import io.sallyport.node.enrolment.Membership;
import io.sallyport.node.enrolment.Memberships;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.Enrolment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** Enrols this node as a concentrator, once. */
public final class ConcentratorEnrolment implements Membership<Enrolment.Answer> {
    private final Enroller<Enrolment.Answer> enroller;

    /**
     * @param seal seals the node's keys before they are written
     * @param apiUrl the provisioner's public API, without the path
     * @param secretFile holds the one-time secret; deleted once it was used
     * @param random draws when the certificates are to be renewed
     */
    public ConcentratorEnrolment(
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
     * @throws EnrolmentRefusedException if there is no usable secret, or the provisioner refuses it
     * @throws IOException if the thread is interrupted, or the state cannot be read or written
     */
    public Memberships<Enrolment.Answer> enrol(ProvisionerConnection connection)
            throws IOException {
        return enroller.enrol(connection);
    }

    @Override
    public List<String> keys() {
        return List.of("client", "ike");
    }

    @Override
    public String path() {
        return "/v1/enrolments";
    }

    @Override
    public URI resource(Enrolment.Answer answer, String name) {
        return answer.internalUrl()
                .resolve("/internal/v1/concentrators/%s/%s".formatted(answer.concentrator(), name));
    }

    @Override
    public Enrolment.Request request(List<String> requestsPem) {
        return new Enrolment.Request(requestsPem.getFirst(), requestsPem.getLast());
    }

    @Override
    public Class<Enrolment.Answer> answer() {
        return Enrolment.Answer.class;
    }

    @Override
    public List<String> certificatesPem(Enrolment.Answer answer) {
        return List.of(answer.clientChainPem(), answer.ikeCertificatePem());
    }
}
