package io.sallyport.provisioner.gateway;

import io.micronaut.context.BeanProvider;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.access.Open;
import io.sallyport.provisioner.listener.Listeners;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import java.util.Optional;

/** Where a new node becomes a gateway. */
@Controller("/v1/gateway-enrolments")
@ExecuteOn(TaskExecutors.BLOCKING)
class GatewayEnrolmentController {
    private final GatewayEnrolments enrolments;
    private final BeanProvider<Listeners> listeners;

    GatewayEnrolmentController(GatewayEnrolments enrolments, BeanProvider<Listeners> listeners) {
        this.enrolments = enrolments;
        this.listeners = listeners;
    }

    /** Enrols a node that shows its one-time secret as bearer token. */
    @Open
    @Operation(operationId = "enrolGateway")
    @SecurityRequirement(name = "enrolmentSecret")
    @Post(consumes = MediaType.APPLICATION_JSON, produces = MediaType.APPLICATION_JSON)
    @RequestBody(
            content = @Content(schema = @Schema(implementation = GatewayEnrolment.Request.class)))
    @ApiResponse(
            responseCode = "200",
            description = "the node's certificates",
            content = @Content(schema = @Schema(implementation = GatewayEnrolment.Answer.class)))
    HttpResponse<byte[]> enrol(
            @Nullable @Header(HttpHeaders.AUTHORIZATION) String authorization, @Body byte[] body) {
        BearerSecret secret =
                Optional.ofNullable(authorization)
                        .flatMap(BearerSecret::ofHeader)
                        .orElseThrow(GatewayEnrolments::unknownSecret);
        return HttpResponse.ok(
                WireJson.encode(
                        enrolments.enrol(secret, decoded(body), listeners.get().internalUrl())));
    }

    private static GatewayEnrolment.Request decoded(byte[] body) {
        try {
            return WireJson.decode(body, GatewayEnrolment.Request.class);
        } catch (MalformedWireException e) {
            throw ProblemException.of(
                    ProblemException.Kind.MALFORMED_REQUEST, "body", e.getMessage());
        }
    }
}
