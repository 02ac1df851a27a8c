package io.sallyport.provisioner.login;

import io.sallyport.provisioner.password.PasswordHash;
import io.sallyport.provisioner.totp.Totp;

import java.util.Optional;
import java.util.UUID;

/**
 * The teleworker that a login is about.
 *
 * @param credentialsVersion what is decided on this reading holds only for this version
 * @param totp its secret for one-time passwords
 */
record Subject(
        UUID id,
        String username,
        int credentialsVersion,
        Optional<PasswordHash> password,
        Optional<Totp> totp) {}
