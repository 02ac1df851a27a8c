package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.http.LoginPath;
import io.sallyport.gateway.http.Request;
import io.sallyport.wire.Octets;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

class FormBodyTest {

    @Test
    void readsTheFieldsOfALogin() throws MalformedDocument {
        LoginMessage.Reply reply =
                parse("group_list=staff&username=bob&password=a%26b+c&secondary_password=1&x=y&z");

        assertThat(reply.groupSelect()).contains("staff");
        assertThat(reply.credentials().username()).contains("bob");
        assertThat(reply.credentials().password()).contains("a&b c");
        assertThat(reply.credentials().oneTimePassword()).contains("1");
    }

    @Test
    void anOldContinuationBesideANameIsNotRead() throws MalformedDocument {
        assertThat(parse("continuation=c&answer=1").credentials().continuation()).contains("c");
        assertThat(parse("username=bob&continuation=c").credentials().continuation()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "username=a&username=b",
                "username=%",
                "username=%4",
                "username=%zz",
                "username=%-1",
                "username=%c0%af",
                "username=%ed%a0%80",
                "username=%00",
                "username=%0a",
                "username=a b",
                "username=\u00e9",
                "a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a"
            })
    void refuses(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOf(MalformedDocument.class);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> parse("username=" + "a".repeat(257)))
                .isInstanceOf(MalformedDocument.class);
        assertThatThrownBy(() -> parse("password=" + "a".repeat(1_025)))
                .isInstanceOf(MalformedDocument.class);
    }

    @Property
    void aPasswordComesAsItWasTyped(@ForAll String typed) {
        String body = "password=" + URLEncoder.encode(typed, StandardCharsets.UTF_8);
        try {
            // The encoder writes '?' for half a surrogate pair.
            String encodable =
                    new String(typed.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(parse(body).credentials().password())
                    .isEqualTo(Optional.of(encodable).filter(text -> !text.isEmpty()));
        } catch (MalformedDocument _) {
            assertThat(typed)
                    .matches(
                            text ->
                                    text.length() > 1_024
                                            || text.chars().anyMatch(Character::isISOControl));
        }
    }

    @Property
    void anyBodyIsAReplyOrRefused(@ForAll String body) {
        try {
            assertThat(parse(body).credentials().continuation()).isEmpty();
        } catch (MalformedDocument e) {
            assertThat(e).hasMessageNotContaining("=");
        }
    }

    private static LoginMessage.Reply parse(String body) throws MalformedDocument {
        return (LoginMessage.Reply)
                FormBody.parse(
                        new Request.FormPost(
                                LoginPath.ROOT,
                                Map.of(),
                                Octets.of(body.getBytes(StandardCharsets.UTF_8))));
    }
}
