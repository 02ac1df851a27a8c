package io.sallyport.provisioner.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

class AccessTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();

    @ParameterizedTest
    @ValueSource(strings = {"/v1/concentrators", "/v1/concentrators/1"})
    void asksForATokenAndSaysWhichKind(String path) {
        var answer = provisioner.get(path, null);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("www-authenticate")).startsWith("Bearer ");
        assertThat(answer.json().get("type").textValue()).isEqualTo("/problems/unauthenticated");
    }

    @Test
    void refusesATokenThatNobodyHolds() {
        String stranger = BearerSecret.random(new SecureRandom()).reveal();
        assertThat(provisioner.get("/v1/concentrators", stranger).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer ' OR 1=1 --"})
    void refusesAHeaderThatHoldsNoToken(String header) {
        var answer =
                provisioner.send(
                        provisioner
                                .request("/v1/concentrators", null)
                                .header("Authorization", header));
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void refusesATokenOfAnotherRole() {
        var answer = provisioner.get("/v1/concentrators", provisioner.customerToken());
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().get("type").textValue()).isEqualTo("/problems/forbidden");
    }

    @Test
    void letsTheRightRoleIn() {
        assertThat(provisioner.get("/v1/concentrators", provisioner.operatorToken()).status())
                .isEqualTo(200);
    }

    @Test
    void looksAtTheTokenBeforeTheBody() {
        assertThat(provisioner.post("/v1/concentrators", null, "{broken").status()).isEqualTo(401);
        assertThat(
                        provisioner
                                .post(
                                        "/v1/concentrators",
                                        provisioner.customerToken(),
                                        TestNode.registration("x"))
                                .status())
                .isEqualTo(403);
    }

    @Test
    void keepsTheFirstTokensInAFileForItsUserAlone() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        provisioner.data().resolve("initial-tokens.json"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(provisioner.data())))
                .isEqualTo("rwx------");
    }

    @Test
    void showsASecretOnlyToWhomItIsRevealed() {
        BearerSecret secret = BearerSecret.random(new SecureRandom());
        assertThat(secret.toString()).doesNotContain(secret.reveal());
        assertThat(secret.reveal()).hasSize(43);
        assertThat(BearerSecret.ofHeader("bearer " + secret.reveal()))
                .get()
                .matches(same -> same.matches(secret.hash()));
    }
}
