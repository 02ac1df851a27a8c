package io.sallyport.gateway.login;

import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.LoginGrant;

/**
 * The documents that clients are answered with (openconnect 9.01, auth.c, reads them in the XML
 * exchange and in the older one alike).
 */
public final class LoginDocuments {
    private final XmlWriter xml = new XmlWriter();

    private LoginDocuments() {}

    /** Of a reply in the XML exchange: what travels with a form is an opaque element. */
    public static String forXml(LoginReply reply) {
        return new LoginDocuments().document(reply, true);
    }

    /** Of a reply in the older exchange: what travels with a form is a hidden input. */
    public static String forForm(LoginReply reply) {
        return new LoginDocuments().document(reply, false);
    }

    private String document(LoginReply reply, boolean opaque) {
        switch (reply) {
            case LoginReply.Ask ask -> {
                begin("auth-request");
                if (opaque) {
                    opaque(ask.form());
                }
                form(ask.form(), !opaque);
            }
            case LoginReply.AskForCertificate _ -> {
                begin("auth-request");
                xml.empty("client-cert-request");
            }
            case LoginReply.Refuse refuse -> {
                begin("auth-request");
                xml.begin(ConfigAuth.AUTH, "id", "main");
                error(refuse.message());
                xml.end();
            }
            case LoginReply.Welcome welcome -> {
                begin("complete");
                welcome(welcome.login().grant());
            }
        }
        return xml.end().document();
    }

    private void begin(String type) {
        xml.begin(ConfigAuth.ROOT, "client", "vpn", "type", type)
                .text("version", "0.1(1)", "who", "sg");
    }

    // A client sends the last opaque element on and on. An empty one ends that of a challenge.
    private void opaque(LoginForm form) {
        xml.begin(ConfigAuth.OPAQUE, "is-for", "sg");
        form.continuation()
                .ifPresent(value -> xml.text(LoginField.CONTINUATION.fieldName(), value));
        xml.end();
    }

    private void form(LoginForm form, boolean hidden) {
        boolean challenge = form.inputs().contains(LoginForm.Input.ANSWER);
        xml.begin(ConfigAuth.AUTH, "id", challenge ? "challenge" : "main")
                .text("title", "SSL VPN Service")
                .text("message", form.message());
        form.error().ifPresent(this::error);
        xml.begin("form", "method", "post", "action", form.action().toString());
        if (!form.groups().isEmpty()) {
            groups(form);
        }
        for (LoginForm.Input input : form.inputs()) {
            xml.empty(
                    "input",
                    "type",
                    input.type(),
                    "name",
                    input.field().fieldName(),
                    "label",
                    input.label());
        }
        if (hidden) {
            form.continuation().ifPresent(this::hidden);
        }
        xml.end().end();
    }

    private void hidden(String continuation) {
        xml.empty(
                "input",
                "type",
                "hidden",
                "name",
                LoginField.CONTINUATION.fieldName(),
                "value",
                continuation);
    }

    private void groups(LoginForm form) {
        xml.begin("select", "name", LoginField.GROUP_LIST.fieldName(), "label", "Group:");
        String selected = "true";
        for (GroupPolicy group : form.groups()) {
            xml.text(
                    "option",
                    GroupTexts.of(group, form.groups()),
                    "value",
                    group.name(),
                    "selected",
                    selected);
            selected = "false";
        }
        xml.end();
    }

    // Clients put param1 in the place of %s, and look at what they put in no more.
    private void error(String message) {
        xml.text("error", "%s", "id", "91", "param1", message, "param2", "");
    }

    private void welcome(LoginGrant grant) {
        xml.begin(ConfigAuth.AUTH, "id", "success").text("title", "SSL VPN Service");
        grant.policy().banner().ifPresent(banner -> xml.text("banner", banner));
        xml.end();
    }
}
