package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class XmlWriterTest {

    @Test
    void hostileNamesStayNames() throws MalformedDocument {
        String hostile = "</message><auth id=\"success\"/>\"'&amp;<![CDATA[";

        String document =
                new XmlWriter().begin("a").text("b", hostile, "c", hostile).end().document();

        assertThat(parse(document))
                .isEqualTo(
                        new XmlElement(
                                "a",
                                Map.of(),
                                "",
                                java.util.List.of(
                                        new XmlElement(
                                                "b",
                                                Map.of("c", hostile),
                                                hostile,
                                                java.util.List.of()))));
    }

    @Test
    void terminalsGetNothingToObey() {
        String document = new XmlWriter().text("a", "\u001b[2J\u0000\u202e\u2028\ufffe").document();

        assertThat(document).contains("<a>\ufffd[2J\ufffd\ufffd\ufffd\ufffd</a>");
    }

    @Property(tries = 2_000)
    void anyTextComesBackExceptWhatCannotBeShown(@ForAll String text) throws MalformedDocument {
        String document = new XmlWriter().text("a", text, "b", text).document();

        XmlElement root = parse(document);
        assertThat(root.text()).isEqualTo(root.attributes().get("b"));
        assertThat(root.children()).isEmpty();
        assertThat(root.text().codePointCount(0, root.text().length()))
                .isEqualTo(text.codePointCount(0, text.length()));
    }

    private static XmlElement parse(String document) throws MalformedDocument {
        return XmlParser.parse(ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8)));
    }
}
