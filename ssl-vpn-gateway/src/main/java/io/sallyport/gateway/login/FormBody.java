package io.sallyport.gateway.login;

import io.sallyport.gateway.http.Request;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A filled-in form, application/x-www-form-urlencoded (HTML 4.01 section 17.13.4) in UTF-8. Fields
 * that are not of {@link LoginField} are passed over.
 */
public final class FormBody {
    static final int MAX_FIELDS = 16;

    private FormBody() {}

    /**
     * @throws MalformedDocument if it is no such form
     */
    public static LoginMessage parse(Request.FormPost post) throws MalformedDocument {
        Map<LoginField, String> fields = fields(post.body().content());
        Optional<String> answer = field(fields, LoginField.ANSWER);
        return new LoginMessage.Reply(
                post.path(),
                field(fields, LoginField.GROUP_LIST),
                Credentials.of(
                        field(fields, LoginField.USERNAME),
                        field(fields, LoginField.PASSWORD),
                        answer.or(() -> field(fields, LoginField.SECONDARY_PASSWORD)),
                        field(fields, LoginField.CONTINUATION)));
    }

    private static Optional<String> field(Map<LoginField, String> fields, LoginField field) {
        return Optional.ofNullable(fields.get(field)).filter(text -> !text.isEmpty());
    }

    private static Map<LoginField, String> fields(ByteBuffer body) throws MalformedDocument {
        Map<LoginField, String> fields = new EnumMap<>(LoginField.class);
        String[] pairs = StandardCharsets.ISO_8859_1.decode(body).toString().split("&", -1);
        if (pairs.length > MAX_FIELDS) {
            throw new MalformedDocument("expected at most %d fields".formatted(MAX_FIELDS));
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            Optional<LoginField> field = LoginField.of(name);
            if (field.isPresent()
                    && fields.put(field.get(), decode(equals < 0 ? "" : pair.substring(equals + 1)))
                            != null) {
                throw new MalformedDocument("the field %s occurs twice".formatted(name));
            }
        }
        return fields;
    }

    private static String decode(String text) throws MalformedDocument {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '+' -> octets.write(' ');
                case '%' -> {
                    if (i + 2 >= text.length()) {
                        throw new MalformedDocument("expected two digits after %");
                    }
                    octets.write(16 * digit(text.charAt(i + 1)) + digit(text.charAt(i + 2)));
                    i += 2;
                }
                default -> {
                    if (c <= 0x20 || c >= 0x7f) {
                        throw new MalformedDocument("expected a form in ASCII");
                    }
                    octets.write(c);
                }
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedDocument("expected UTF-8", e);
        }
    }

    private static int digit(char c) throws MalformedDocument {
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw new MalformedDocument("expected two digits after %");
        }
        return digit;
    }
}
