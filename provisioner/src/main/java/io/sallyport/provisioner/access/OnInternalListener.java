package io.sallyport.provisioner.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A route for nodes of one kind: it exists on the internal listener alone, and the caller's
 * certificate says who calls.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnInternalListener {
    /** Whom it is for. */
    NodeKind value();
}
