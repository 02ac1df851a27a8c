package io.sallyport.provisioner.access;

import io.sallyport.provisioner.problem.Problems;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A route for devices of branches and teleworkers: it exists on the enrolment listener alone and
 * asks for no access token. It looks by itself at the secret or the client certificate that the
 * caller shows.
 */
@Problems
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnEnrolmentListener {}
