package io.sallyport.gateway.login;

import io.sallyport.gateway.http.LoginPath;
import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.http.RequestRejected;
import io.sallyport.gateway.login.LoginExchange.Asking;
import io.sallyport.gateway.login.LoginExchange.LoggedIn;
import io.sallyport.gateway.login.LoginExchange.Over;
import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The login on one connection: takes what the client says, asks the authority, says what to answer.
 * Knows no socket and no document. Belongs to the connection's thread; blocks while the authority
 * decides.
 */
public final class LoginDialogue {
    /** A client is asked this often on a connection before it is sent away. */
    public static final int MAX_REFUSALS = 3;

    private static final String UNAVAILABLE =
            "The login service cannot be reached at the moment. Please try again in a few minutes.";

    private final LoginDesk desk;
    private final LoginListener listener;
    private LoginExchange exchange = new Asking(0);

    public LoginDialogue(LoginDesk desk, LoginListener listener) {
        this.desk = desk;
        this.listener = listener;
    }

    /** Where it stands. */
    public LoginExchange exchange() {
        return exchange;
    }

    /**
     * Answers the client.
     *
     * @throws RequestRejected if the client may not say this now, or there is no such group
     */
    public LoginReply answer(LoginMessage message, LoginClient client) throws RequestRejected {
        return switch (exchange) {
            case Asking asking -> {
                Turn turn = turn(asking, message, client);
                exchange = turn.next();
                yield turn.reply();
            }
            case LoggedIn _, Over _ ->
                    throw new RequestRejected(
                            RejectReason.OUT_OF_ORDER, "the login on this connection is over");
        };
    }

    private Turn turn(Asking asking, LoginMessage message, LoginClient client)
            throws RequestRejected {
        List<GroupPolicy> groups = desk.groups().get();
        Optional<String> closed = desk.closed().get();
        if (closed.isPresent()) {
            return refuse(closed.get());
        }
        if (groups.isEmpty()) {
            return refuse("Nobody can log in here at present.");
        }
        Optional<GroupPolicy> byPath = Optional.empty();
        if (message.path().group().isPresent()) {
            byPath = named(groups, message.path().group().get());
            if (byPath.isEmpty()) {
                throw new RequestRejected(RejectReason.UNKNOWN_REQUEST, "there is no such group");
            }
        }
        Optional<GroupPolicy> bySelect = message.groupSelect().flatMap(name -> named(groups, name));
        boolean settled = byPath.isPresent() || groups.size() == 1;
        GroupPolicy group = byPath.or(() -> bySelect).orElse(groups.getFirst());
        List<GroupPolicy> choice = settled ? List.of() : chosenFirst(groups, group);
        boolean chosen = settled || bySelect.isPresent();
        Visit visit = new Visit(asking, client, group, message.path(), choice);
        if (!chosen && message.groupSelect().isPresent()) {
            return again(visit, "There is no such group.");
        }
        return switch (message) {
            case LoginMessage.Init init -> begin(visit, chosen, init.certificateFailed());
            // The older exchange has no way to ask for a certificate.
            case LoginMessage.Page _ -> begin(visit, chosen, true);
            case LoginMessage.Reply reply ->
                    certified(visit).orElseGet(() -> reply(visit, reply.credentials()));
        };
    }

    private Turn begin(Visit visit, boolean chosen, boolean certificateFailed) {
        boolean needsCertificate = visit.group().factors().contains(Factor.CERTIFICATE);
        boolean showsNone = visit.client().certificate() instanceof ClientCertificate.None;
        if (needsCertificate && showsNone && !certificateFailed) {
            return new Turn(visit.asking(), new LoginReply.AskForCertificate());
        }
        // With nothing to type and nothing to choose, the certificate is the whole login.
        boolean nothingToAsk = chosen && inputs(visit.group()).isEmpty();
        return certified(visit)
                .orElseGet(
                        () ->
                                nothingToAsk
                                        ? reply(visit, Credentials.NONE)
                                        : ask(visit, Optional.empty()));
    }

    /** What to say if the group wants a certificate and the client has no good one. */
    private Optional<Turn> certified(Visit visit) {
        if (!visit.group().factors().contains(Factor.CERTIFICATE)) {
            return Optional.empty();
        }
        return switch (visit.client().certificate()) {
            case ClientCertificate.Verified _ -> Optional.empty();
            case ClientCertificate.None _ -> {
                told(visit, LoginOutcome.CERTIFICATE_MISSING);
                yield Optional.of(
                        wrongCertificate(
                                visit,
                                "The group %s asks for a client certificate, and your client has"
                                        + " shown none."));
            }
            case ClientCertificate.Unacceptable unacceptable -> {
                told(visit, LoginOutcome.CERTIFICATE_REFUSED);
                yield Optional.of(wrongCertificate(visit, said(unacceptable.fault())));
            }
        };
    }

    private Turn wrongCertificate(Visit visit, String message) {
        String said = message.replace("%s", visit.group().label());
        return visit.choice().isEmpty() ? refuse(said) : again(visit, said);
    }

    private static String said(ClientCertificate.Fault fault) {
        return switch (fault) {
            case EXPIRED -> "Your client certificate has expired.";
            case NOT_YET_VALID -> "Your client certificate is not valid yet.";
            case REVOKED -> "Your client certificate has been revoked.";
            case REVOCATION_UNKNOWN ->
                    "It is not known at the moment whether your client certificate was revoked.";
            case UNKNOWN_ISSUER -> "Your client certificate was not issued for this service.";
            case WRONG_PURPOSE -> "Your client certificate is not meant for logging in.";
            case INVALID -> "Your client certificate is not valid.";
        };
    }

    private Turn reply(Visit visit, Credentials credentials) {
        GroupPolicy group = visit.group();
        boolean asksPassword = group.factors().contains(Factor.PASSWORD);
        boolean asksName = !group.factors().contains(Factor.CERTIFICATE);
        boolean complete =
                credentials.continuation().isPresent()
                        ? credentials.oneTimePassword().isPresent()
                        : (!asksPassword || credentials.password().isPresent())
                                && (!asksName || credentials.username().isPresent());
        if (!complete) {
            told(visit, LoginOutcome.INCOMPLETE);
            return again(visit, "Please fill in all fields.");
        }
        return switch (desk.limiter().begin(visit.client().source())) {
            case AttemptLimiter.Closed(var wait) -> {
                told(visit, LoginOutcome.ADDRESS_LIMITED);
                yield refuse(
                        "Too many attempts from your address." + tryAgainIn(wait.plusSeconds(1)));
            }
            case AttemptLimiter.Crowded _ -> {
                told(visit, LoginOutcome.ADDRESS_LIMITED);
                yield refuse("Too many logins from your address. Please try again soon.");
            }
            case AttemptLimiter.Attempt attempt -> {
                try (attempt) {
                    yield decide(visit, request(visit, credentials), attempt);
                }
            }
        };
    }

    private Turn decide(Visit visit, LoginRequest request, AttemptLimiter.Attempt attempt) {
        LoginDecision decision;
        try {
            decision = desk.authority().decide(request);
        } catch (LoginUnavailable _) {
            told(visit, LoginOutcome.AUTHORITY_UNAVAILABLE);
            return refuse(UNAVAILABLE);
        }
        return switch (decision) {
            case LoginDecision.Accepted accepted -> accepted(visit, request, accepted);
            case LoginDecision.Challenge challenge -> challenge(visit, challenge);
            case LoginDecision.Refused refused -> refused(visit, refused, attempt);
        };
    }

    private Turn accepted(Visit visit, LoginRequest request, LoginDecision.Accepted accepted) {
        Optional<VerifiedLogin> login =
                VerifiedLogin.of(accepted, request, verified(visit.client().certificate()));
        if (login.isEmpty()) {
            told(visit, LoginOutcome.AUTHORITY_INCONSISTENT);
            return refuse(UNAVAILABLE);
        }
        told(visit, LoginOutcome.ACCEPTED);
        return new Turn(new LoggedIn(login.get()), new LoginReply.Welcome(login.get()));
    }

    private Turn challenge(Visit visit, LoginDecision.Challenge challenge) {
        return switch (challenge.factor()) {
            case TOTP -> {
                told(visit, LoginOutcome.CHALLENGED);
                LoginForm form =
                        new LoginForm(
                                // The answer names no group, so its address does.
                                LoginPath.of(visit.group().name()),
                                challenge.message(),
                                Optional.empty(),
                                List.of(),
                                List.of(LoginForm.Input.ANSWER),
                                Optional.of(challenge.continuation()));
                yield new Turn(visit.asking(), new LoginReply.Ask(form));
            }
            case PASSWORD, CERTIFICATE -> {
                told(visit, LoginOutcome.AUTHORITY_INCONSISTENT);
                yield refuse(UNAVAILABLE);
            }
        };
    }

    private Turn refused(
            Visit visit, LoginDecision.Refused refused, AttemptLimiter.Attempt attempt) {
        told(visit, LoginOutcome.of(refused.reason()));
        if (refused.reason() != LoginDecision.Reason.BUSY) {
            attempt.failed();
        }
        return switch (refused.reason()) {
            case CREDENTIALS, GROUP, CONTINUATION -> again(visit, refused.message());
            case CERTIFICATE_MISSING, CERTIFICATE, BLOCKED, TOO_MANY_ATTEMPTS, BUSY ->
                    refuse(refused.message());
        };
    }

    /** The form once more with the reason, as long as the client has attempts left. */
    private Turn again(Visit visit, String error) {
        Asking next = new Asking(visit.asking().refusals() + 1);
        return next.refusals() == MAX_REFUSALS
                ? refuse(error)
                : new Turn(next, ask(visit, Optional.of(error)).reply());
    }

    private static Turn ask(Visit visit, Optional<String> error) {
        List<LoginForm.Input> inputs = inputs(visit.group());
        LoginForm form =
                new LoginForm(
                        visit.path(),
                        message(inputs),
                        error,
                        visit.choice(),
                        inputs,
                        Optional.empty());
        return new Turn(visit.asking(), new LoginReply.Ask(form));
    }

    private static Turn refuse(String message) {
        return new Turn(new Over(), new LoginReply.Refuse(message));
    }

    private static List<LoginForm.Input> inputs(GroupPolicy group) {
        List<LoginForm.Input> inputs = new ArrayList<>();
        if (!group.factors().contains(Factor.CERTIFICATE)) {
            inputs.add(LoginForm.Input.USERNAME);
        }
        if (group.factors().contains(Factor.PASSWORD)) {
            inputs.add(LoginForm.Input.PASSWORD);
        }
        if (group.factors().contains(Factor.TOTP)) {
            inputs.add(LoginForm.Input.ONE_TIME_PASSWORD);
        }
        return inputs;
    }

    private static String message(List<LoginForm.Input> inputs) {
        if (inputs.isEmpty()) {
            return "Please choose your group.";
        }
        return inputs.contains(LoginForm.Input.USERNAME)
                ? "Please enter your user name and password."
                : "Please enter your password.";
    }

    private static LoginRequest request(Visit visit, Credentials credentials) {
        return new LoginRequest(
                visit.group().name(),
                credentials.username(),
                credentials.password(),
                credentials.oneTimePassword(),
                credentials.continuation(),
                visit.group().factors().contains(Factor.CERTIFICATE)
                        ? chain(visit.client().certificate())
                        : List.of(),
                visit.client().source(),
                visit.client().userAgent());
    }

    private static Optional<X509Certificate> verified(ClientCertificate certificate) {
        return certificate instanceof ClientCertificate.Verified verified
                ? Optional.of(verified.certificate())
                : Optional.empty();
    }

    private static List<Octets> chain(ClientCertificate certificate) {
        if (!(certificate instanceof ClientCertificate.Verified verified)) {
            return List.of();
        }
        List<Octets> chain = new ArrayList<>();
        for (X509Certificate each : verified.chain()) {
            try {
                chain.add(Octets.of(each.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read has no encoding", e);
            }
        }
        return chain;
    }

    private static String tryAgainIn(Duration wait) {
        return " Please try again in %d seconds.".formatted(wait.toSeconds());
    }

    private static Optional<GroupPolicy> named(List<GroupPolicy> groups, String name) {
        return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    private static List<GroupPolicy> chosenFirst(List<GroupPolicy> groups, GroupPolicy chosen) {
        List<GroupPolicy> ordered = new ArrayList<>(groups);
        ordered.remove(chosen);
        ordered.addFirst(chosen);
        return ordered;
    }

    private void told(Visit visit, LoginOutcome outcome) {
        listener.login(visit.client(), visit.group().name(), outcome);
    }

    /** What one message is about. */
    private record Visit(
            Asking asking,
            LoginClient client,
            GroupPolicy group,
            LoginPath path,
            List<GroupPolicy> choice) {}

    /** The next state and what the client is told. */
    private record Turn(LoginExchange next, LoginReply reply) {}
}
