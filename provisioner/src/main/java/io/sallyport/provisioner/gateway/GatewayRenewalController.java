package io.sallyport.provisioner.gateway;

import io.micronaut.context.BeanProvider;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.listener.Listeners;
import io.sallyport.provisioner.node.CallingNode;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.KeysInForce;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Hidden;

import java.util.UUID;

/** Where a gateway renews its certificates, showing the one in force. */
@Hidden
@Controller("/internal/v1/gateways/{id}/renewals")
@ExecuteOn(TaskExecutors.BLOCKING)
class GatewayRenewalController {
    private final GatewayRenewals renewals;
    private final BeanProvider<Listeners> listeners;

    GatewayRenewalController(GatewayRenewals renewals, BeanProvider<Listeners> listeners) {
        this.renewals = renewals;
        this.listeners = listeners;
    }

    /** Answers with certificates for new keys. */
    @OnInternalListener(NodeKind.GATEWAY)
    @Post(consumes = MediaType.APPLICATION_JSON, produces = MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> renew(
            @PathVariable UUID id, @Nullable @QueryValue UUID order, @Body byte[] body) {
        return HttpResponse.ok(
                WireJson.encode(
                        renewals.renew(
                                id,
                                order,
                                decoded(body, GatewayEnrolment.Request.class),
                                listeners.get().internalUrl())));
    }

    /** Whoever gets an answer has shown a client certificate that is good. */
    @OnInternalListener(NodeKind.GATEWAY)
    @Get
    HttpResponse<?> prove(@PathVariable UUID id) {
        return HttpResponse.noContent();
    }

    /** The node works with the keys of the certificate it shows. */
    @OnInternalListener(NodeKind.GATEWAY)
    @Post(value = "/in-force", consumes = MediaType.APPLICATION_JSON)
    HttpResponse<?> inForce(@PathVariable UUID id, CallingNode node, @Body byte[] body) {
        renewals.inForce(node, decoded(body, KeysInForce.class).since());
        return HttpResponse.noContent();
    }

    private static <T> T decoded(byte[] body, Class<T> type) {
        try {
            return WireJson.decode(body, type);
        } catch (MalformedWireException e) {
            throw ProblemException.of(
                    ProblemException.Kind.MALFORMED_REQUEST, "body", e.getMessage());
        }
    }
}
