package io.sallyport.provisioner.openapi;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/** What the document says about the API as a whole. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Sallyport",
                        version = "1",
                        description =
                                "Branch tunnels and teleworkers by API. Errors are problem"
                                    + " documents (RFC 9457); their member errors names the fields"
                                    + " concerned.",
                        license = @License(name = "Apache-2.0")))
@SecurityScheme(
        name = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "an operator's or a customer's token")
@SecurityScheme(
        name = "enrolmentSecret",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "the one-time secret of a node")
@SecurityScheme(
        name = "deviceSecret",
        type = SecuritySchemeType.HTTP,
        scheme = "basic",
        description = "the identity of a branch or teleworker and a one-time secret of it")
final class Api {
    private Api() {}
}
