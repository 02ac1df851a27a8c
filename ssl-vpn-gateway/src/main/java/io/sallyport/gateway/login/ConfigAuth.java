package io.sallyport.gateway.login;

import io.sallyport.gateway.http.LoginPath;
import io.sallyport.gateway.http.Request;

import java.util.Optional;

/**
 * The documents that a client sends in the XML exchange (openconnect 9.01, auth.c). Elements that
 * are not named here are passed over.
 */
public final class ConfigAuth {
    static final String ROOT = "config-auth";
    static final String AUTH = "auth";
    static final String OPAQUE = "opaque";
    static final String GROUP_SELECT = "group-select";
    static final String CLIENT_CERT_FAIL = "client-cert-fail";

    private ConfigAuth() {}

    /**
     * @throws MalformedDocument if it is no such document
     */
    public static LoginMessage parse(Request.XmlPost post) throws MalformedDocument {
        XmlElement root = XmlParser.parse(post.body().content());
        if (!root.name().equals(ROOT)) {
            throw new MalformedDocument("expected the element " + ROOT);
        }
        Optional<String> group = text(root, GROUP_SELECT);
        return switch (root.attribute("type").orElse("")) {
            case "init" ->
                    new LoginMessage.Init(
                            post.path(), group, root.child(CLIENT_CERT_FAIL).isPresent());
            case "auth-reply" -> reply(post.path(), group, root);
            default -> throw new MalformedDocument("expected the type init or auth-reply");
        };
    }

    private static LoginMessage reply(LoginPath path, Optional<String> group, XmlElement root)
            throws MalformedDocument {
        XmlElement auth =
                root.child(AUTH).orElseThrow(() -> new MalformedDocument("expected " + AUTH));
        Optional<XmlElement> opaque = root.child(OPAQUE);
        Optional<String> username = text(auth, LoginField.USERNAME.fieldName());
        Optional<String> password = text(auth, LoginField.PASSWORD.fieldName());
        Optional<String> second = text(auth, LoginField.SECONDARY_PASSWORD.fieldName());
        Optional<String> continuation =
                opaque.isPresent()
                        ? text(opaque.get(), LoginField.CONTINUATION.fieldName())
                        : Optional.empty();
        if (username.isEmpty() && continuation.isPresent()) {
            // A client calls the answer to a challenge "password".
            return new LoginMessage.Reply(
                    path,
                    group,
                    Credentials.of(username, Optional.empty(), password, continuation));
        }
        return new LoginMessage.Reply(
                path, group, Credentials.of(username, password, second, continuation));
    }

    private static Optional<String> text(XmlElement parent, String name) throws MalformedDocument {
        return parent.child(name).map(XmlElement::text).filter(text -> !text.isEmpty());
    }
}
