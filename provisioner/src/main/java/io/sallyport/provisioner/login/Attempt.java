package io.sallyport.provisioner.login;

import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginRequest;

import java.util.Optional;
import java.util.UUID;

/**
 * A login as far as it could be read without deciding anything.
 *
 * @param gateway who asks
 * @param customer whom the gateway serves
 * @param limitKey the user name under which attempts are counted; empty if nobody can have what was
 *     typed
 * @param subject who it is about; empty if there is no such teleworker
 * @param certificate what the client showed, if it is the subject's
 */
record Attempt(
        UUID gateway,
        UUID customer,
        LoginRequest request,
        GroupPolicy policy,
        Optional<String> limitKey,
        Optional<Subject> subject,
        Optional<Certificate> certificate,
        Optional<Continuation> continuation) {}
