package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.http.LoginPath;
import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.http.RequestRejected;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginDecision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class LoginDialogueTest {
    private static final Optional<String> NO_CHOICE = Optional.empty();

    private final List<LoginOutcome> outcomes = new ArrayList<>();
    private final List<GroupPolicy> groups =
            new ArrayList<>(List.of(Groups.STAFF, Groups.ADMINS, Groups.DEVICES, Groups.VAULT));
    private final FakeAuthority authority = new FakeAuthority(groups);
    private Optional<String> closed = Optional.empty();
    private ClientCertificate certificate = new ClientCertificate.None();
    private LoginDialogue dialogue = dialogue(100);

    @Test
    void asksForWhatTheGroupRequires() throws RequestRejected {
        assertThat(form(init(NO_CHOICE)).inputs())
                .containsExactly(LoginForm.Input.USERNAME, LoginForm.Input.PASSWORD);
        assertThat(form(init(Optional.of("admins"))).inputs())
                .containsExactly(
                        LoginForm.Input.USERNAME,
                        LoginForm.Input.PASSWORD,
                        LoginForm.Input.ONE_TIME_PASSWORD);
    }

    @Test
    void listsTheChosenGroupFirst() throws RequestRejected {
        assertThat(form(init(NO_CHOICE)).groups())
                .containsExactly(Groups.STAFF, Groups.ADMINS, Groups.DEVICES, Groups.VAULT);
        assertThat(form(init(Optional.of("admins"))).groups())
                .containsExactly(Groups.ADMINS, Groups.STAFF, Groups.DEVICES, Groups.VAULT);
    }

    @Test
    void theAddressOfAGroupSettlesTheChoice() throws RequestRejected {
        LoginForm form = form(say(new LoginMessage.Init(LoginPath.of("admins"), NO_CHOICE, false)));

        assertThat(form.groups()).isEmpty();
        assertThat(form.action()).isEqualTo(LoginPath.of("admins"));
        assertThat(form.inputs()).contains(LoginForm.Input.ONE_TIME_PASSWORD);
    }

    @Test
    void thereIsNoAddressOfAnUnknownGroup() {
        assertRejected(new LoginMessage.Page(LoginPath.of("nobody")), RejectReason.UNKNOWN_REQUEST);
    }

    @Test
    void anUnknownChoiceIsSaid() throws RequestRejected {
        assertThat(form(init(Optional.of("no\"body"))).error()).contains("There is no such group.");
    }

    @Test
    void aRightPasswordIsWelcome() throws RequestRejected {
        LoginReply reply = reply("bob", FakeAuthority.PASSWORD, null, null);

        assertThat(reply).isInstanceOf(LoginReply.Welcome.class);
        assertThat(dialogue.exchange()).isInstanceOf(LoginExchange.LoggedIn.class);
        assertThat(outcomes).containsExactly(LoginOutcome.ACCEPTED);
        assertRejected(new LoginMessage.Page(LoginPath.ROOT), RejectReason.OUT_OF_ORDER);
    }

    @Test
    void aWrongPasswordIsAskedForAgainTwice() throws RequestRejected {
        assertThat(form(reply("bob", "a", null, null)).error())
                .contains("The user name or the password is wrong.");
        assertThat(reply("bob", "b", null, null)).isInstanceOf(LoginReply.Ask.class);
        assertThat(reply("bob", "c", null, null))
                .isEqualTo(new LoginReply.Refuse("The user name or the password is wrong."));
        assertRejected(new LoginMessage.Page(LoginPath.ROOT), RejectReason.OUT_OF_ORDER);
    }

    @Test
    void emptyFieldsAreNotAskedAbout() throws RequestRejected {
        assertThat(form(reply(null, "a", null, null)).error())
                .contains("Please fill in all fields.");
        assertThat(form(reply("bob", null, null, null)).error()).isPresent();
        assertThat(authority.requests).isEmpty();
        assertThat(outcomes).containsOnly(LoginOutcome.INCOMPLETE);
    }

    @Test
    void aMissingOneTimePasswordIsAskedForAtTheAddressOfTheGroup() throws RequestRejected {
        LoginForm challenge =
                form(
                        say(
                                new LoginMessage.Reply(
                                        LoginPath.ROOT,
                                        Optional.of("admins"),
                                        credentials("bob", FakeAuthority.PASSWORD, null, null))));

        assertThat(challenge.action()).isEqualTo(LoginPath.of("admins"));
        assertThat(challenge.inputs()).containsExactly(LoginForm.Input.ANSWER);
        assertThat(challenge.continuation()).contains(FakeAuthority.CONTINUATION);
        LoginReply reply =
                say(
                        new LoginMessage.Reply(
                                challenge.action(),
                                NO_CHOICE,
                                credentials(
                                        null,
                                        null,
                                        FakeAuthority.ONE_TIME_PASSWORD,
                                        FakeAuthority.CONTINUATION)));
        assertThat(reply).isInstanceOf(LoginReply.Welcome.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Factor.class,
            names = {"PASSWORD", "CERTIFICATE"})
    void aChallengeThatNoFormCanAskIsRefused(Factor factor) throws RequestRejected {
        authority.instead = Optional.of(new LoginDecision.Challenge(factor, "c", "m"));

        assertThat(reply("bob", "a", null, null)).isInstanceOf(LoginReply.Refuse.class);
        assertThat(outcomes).containsExactly(LoginOutcome.AUTHORITY_INCONSISTENT);
    }

    @Test
    void anAuthorityThatAcceptsForAnotherGroupIsNotBelieved() throws RequestRejected {
        authority.instead = Optional.of(FakeAuthority.accepted(Groups.ADMINS));

        assertThat(reply("bob", "a", null, null)).isInstanceOf(LoginReply.Refuse.class);
        assertThat(dialogue.exchange()).isInstanceOf(LoginExchange.Over.class);
        assertThat(outcomes).containsExactly(LoginOutcome.AUTHORITY_INCONSISTENT);
    }

    @ParameterizedTest
    @CsvSource({
        "CREDENTIALS,true",
        "GROUP,true",
        "CONTINUATION,true",
        "CERTIFICATE_MISSING,false",
        "CERTIFICATE,false",
        "BLOCKED,false",
        "TOO_MANY_ATTEMPTS,false",
        "BUSY,false"
    })
    void aRefusalIsFinalUnlessTheUserCanMendIt(LoginDecision.Reason reason, boolean again)
            throws RequestRejected {
        authority.instead = Optional.of(new LoginDecision.Refused(reason, "Because.", 0));

        LoginReply reply = reply("bob", "a", null, null);

        assertThat(reply)
                .isInstanceOf(again ? LoginReply.Ask.class : LoginReply.Refuse.class)
                .asString()
                .isNotEmpty();
        assertThat(outcomes).containsExactly(LoginOutcome.of(reason));
    }

    @Test
    void theAddressIsLimitedBeforeAnybodyIsAsked() throws RequestRejected {
        dialogue = dialogue(1);
        reply("bob", "a", null, null);

        LoginReply reply = reply("bob", FakeAuthority.PASSWORD, null, null);

        assertThat(reply)
                .isEqualTo(
                        new LoginReply.Refuse(
                                "Too many attempts from your address. Please try again in 3601"
                                        + " seconds."));
        assertThat(authority.requests).hasSize(1);
    }

    @Test
    void challengesAndAbsenceCostNoAttempt() throws RequestRejected {
        dialogue = dialogue(1);
        authority.instead = Optional.of(new LoginDecision.Challenge(Factor.TOTP, "c", "m"));
        reply("bob", "a", null, null);
        reply("bob", "a", null, null);
        authority.unavailable = true;

        assertThat(reply("bob", "a", null, null))
                .isInstanceOfSatisfying(
                        LoginReply.Refuse.class,
                        refuse -> assertThat(refuse.message()).contains("cannot be reached"));
    }

    @Test
    void aClosedGatewaySaysWhy() throws RequestRejected {
        closed = Optional.of("Maintenance until six.");

        assertThat(init(NO_CHOICE)).isEqualTo(new LoginReply.Refuse("Maintenance until six."));
    }

    @Test
    void withoutGroupsNobodyLogsIn() throws RequestRejected {
        groups.clear();

        assertThat(init(NO_CHOICE)).isInstanceOf(LoginReply.Refuse.class);
    }

    @Test
    void aCertificateIsAskedForOnce() throws RequestRejected {
        assertThat(init(Optional.of("devices"))).isEqualTo(new LoginReply.AskForCertificate());
        LoginReply reply = say(new LoginMessage.Init(LoginPath.ROOT, Optional.of("devices"), true));
        assertThat(form(reply).error())
                .hasValueSatisfying(error -> assertThat(error).contains("Devices"));
        assertThat(say(new LoginMessage.Init(LoginPath.of("devices"), NO_CHOICE, true)))
                .isInstanceOf(LoginReply.Refuse.class);
    }

    @Test
    void aCertificateAloneIsAWholeLogin() throws Exception {
        certificate = new ClientCertificate.Verified(List.of(x509()));

        assertThat(init(Optional.of("devices"))).isInstanceOf(LoginReply.Welcome.class);
        assertThat(authority.requests.getFirst().clientCertificateChain()).hasSize(1);
    }

    @Test
    void aCertificateDoesNotReplaceThePassword() throws Exception {
        certificate = new ClientCertificate.Verified(List.of(x509()));

        assertThat(form(init(Optional.of("vault"))).inputs())
                .containsExactly(LoginForm.Input.PASSWORD);
        assertThat(authority.requests).isEmpty();
    }

    @Test
    void aCertificateThatNobodyAskedForIsNotPassedOn() throws Exception {
        certificate = new ClientCertificate.Verified(List.of(x509()));

        reply("bob", FakeAuthority.PASSWORD, null, null);

        assertThat(authority.requests.getFirst().clientCertificateChain()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ClientCertificate.Fault.class)
    void aBadCertificateIsRefusedWithItsFault(ClientCertificate.Fault fault) throws Exception {
        certificate = new ClientCertificate.Unacceptable(x509(), fault);

        assertThat(say(new LoginMessage.Init(LoginPath.of("vault"), NO_CHOICE, false)))
                .isInstanceOfSatisfying(
                        LoginReply.Refuse.class,
                        refuse -> assertThat(refuse.message()).contains("certificate"));
        assertThat(authority.requests).isEmpty();
    }

    private LoginDialogue dialogue(int attempts) {
        return new LoginDialogue(
                new LoginDesk(
                        () -> groups,
                        authority,
                        new AttemptLimiter(attempts, Duration.ofHours(1), () -> 0),
                        () -> closed),
                (_, _, outcome) -> outcomes.add(outcome));
    }

    private LoginReply init(Optional<String> group) throws RequestRejected {
        return say(new LoginMessage.Init(LoginPath.ROOT, group, false));
    }

    private LoginReply reply(String name, String password, String oneTime, String continuation)
            throws RequestRejected {
        return say(
                new LoginMessage.Reply(
                        LoginPath.ROOT,
                        NO_CHOICE,
                        credentials(name, password, oneTime, continuation)));
    }

    private LoginReply say(LoginMessage message) throws RequestRejected {
        return dialogue.answer(
                message,
                new LoginClient(IpAddress.parse("192.0.2.7"), certificate, Optional.empty()));
    }

    private void assertRejected(LoginMessage message, RejectReason reason) {
        assertThatThrownBy(() -> say(message))
                .isInstanceOfSatisfying(
                        RequestRejected.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LoginForm form(LoginReply reply) {
        assertThat(reply).isInstanceOf(LoginReply.Ask.class);
        return ((LoginReply.Ask) reply).form();
    }

    private static Credentials credentials(
            String name, String password, String oneTime, String continuation) {
        return new Credentials(
                Optional.ofNullable(name),
                Optional.ofNullable(password),
                Optional.ofNullable(oneTime),
                Optional.ofNullable(continuation));
    }

    private static X509Certificate x509() throws IOException, CertificateException {
        try (InputStream in =
                LoginDialogueTest.class.getResourceAsStream("/openconnect-9.01/client.pem")) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
