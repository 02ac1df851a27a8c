/** What the operator set: read from the environment once, validated, then immutable. */
package io.sallyport.provisioner.configuration;
