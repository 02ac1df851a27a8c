package io.sallyport.gateway.login;

import io.sallyport.wire.LoginRequest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The parsers of login bodies, in words. */
public final class PreLoginParsers {
    private PreLoginParsers() {}

    /** A line each. */
    public static List<String> described() {
        List<String> lines = new ArrayList<>();
        lines.add("  XmlParser: no document type, entities, comments, CDATA or namespaces");
        lines.add(
                "    depth %d, elements %d, attributes of an element %d, characters of a name %d"
                        .formatted(
                                XmlParser.MAX_DEPTH,
                                XmlParser.MAX_ELEMENTS,
                                XmlParser.MAX_ATTRIBUTES,
                                XmlParser.MAX_NAME));
        lines.add(
                "  ConfigAuth: %s (type: init, auth-reply)"
                        .formatted(
                                String.join(
                                        " ",
                                        ConfigAuth.ROOT,
                                        ConfigAuth.AUTH,
                                        ConfigAuth.OPAQUE,
                                        ConfigAuth.GROUP_SELECT,
                                        ConfigAuth.CLIENT_CERT_FAIL)));
        lines.add("  FormBody: fields %d".formatted(FormBody.MAX_FIELDS));
        lines.add(
                "  fields of a login: "
                        + Arrays.stream(LoginField.values())
                                .map(LoginField::fieldName)
                                .collect(Collectors.joining(" ")));
        lines.add(
                "    characters of a name %d, a password %d, a one-time password %d, a"
                                .formatted(
                                        LoginRequest.MAX_NAME,
                                        LoginRequest.MAX_PASSWORD,
                                        LoginRequest.MAX_ONE_TIME_PASSWORD)
                        + " continuation %d".formatted(LoginRequest.MAX_CONTINUATION));
        lines.add("    refusals on a connection %d".formatted(LoginDialogue.MAX_REFUSALS));
        return lines;
    }
}
