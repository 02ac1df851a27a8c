package io.sallyport.provisioner.login;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.node.CallingNode;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Hidden;

/** Where gateways ask who may log in, over mutual TLS. */
@Hidden
@Controller("/internal/v1/logins")
@ExecuteOn(TaskExecutors.BLOCKING)
class LoginController {
    private final Logins logins;

    LoginController(Logins logins) {
        this.logins = logins;
    }

    /** Decides on a login. A refusal is an answer (200) like any other. */
    @OnInternalListener(NodeKind.GATEWAY)
    @Post(consumes = MediaType.APPLICATION_JSON, produces = MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> decide(CallingNode gateway, @Body byte[] body) {
        LoginDecision decision = logins.decide(gateway.id(), decoded(body));
        return HttpResponse.ok(WireJson.encode((Record) decision));
    }

    private static LoginRequest decoded(byte[] body) {
        try {
            return WireJson.decode(body, LoginRequest.class);
        } catch (MalformedWireException _) {
            // What could not be read may be a secret: nothing of it goes back.
            throw ProblemException.of(
                    ProblemException.Kind.MALFORMED_REQUEST, "body", "expected a LoginRequest");
        }
    }
}
