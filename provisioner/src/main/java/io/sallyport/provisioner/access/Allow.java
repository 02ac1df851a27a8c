package io.sallyport.provisioner.access;

import io.sallyport.provisioner.problem.Problems;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The roles that may use a route. */
@SecurityRequirement(name = "token")
@Problems
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Allow {
    /** At least one. */
    Role[] value();
}
