package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;

class XmlParserTest {

    @Test
    void readsElementsAttributesTextAndReferences() throws MalformedDocument {
        XmlElement root =
                parse(
                        "<?xml version='1.0' encoding=\"utf-8\"?>\r\n<a b='1&quot;' c = \"&#x41;\">"
                                + "x&lt;&amp;&gt;&apos;&#233;<d/><d e='f'></d ></a>\n");

        assertThat(root.attributes()).containsOnly(Map.entry("b", "1\""), Map.entry("c", "A"));
        assertThat(root.text()).isEqualTo("x<&>'\u00e9");
        assertThat(root.children()).hasSize(2);
        assertThatThrownBy(() -> root.child("d")).isInstanceOf(MalformedDocument.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/login/refused-xml.csv", delimiter = '|')
    void refuses(String why, String document) {
        assertThatThrownBy(() -> parse(document.translateEscapes()))
                .isInstanceOf(MalformedDocument.class);
    }

    @Test
    void refusesWhatIsOverALimit() throws MalformedDocument {
        parse("<a>".repeat(XmlParser.MAX_DEPTH) + "</a>".repeat(XmlParser.MAX_DEPTH));
        int deeper = XmlParser.MAX_DEPTH + 1;
        assertRefused("<a>".repeat(deeper) + "</a>".repeat(deeper));
        assertRefused("<a>".repeat(100_000));
        assertRefused("<a>" + "<b/>".repeat(XmlParser.MAX_ELEMENTS) + "</a>");
        assertRefused("<" + "a".repeat(XmlParser.MAX_NAME + 1) + "/>");
        StringBuilder attributes = new StringBuilder("<a");
        for (int i = 0; i <= XmlParser.MAX_ATTRIBUTES; i++) {
            attributes.append(" a").append(i).append("=''");
        }
        assertRefused(attributes + "/>");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        for (byte[] octets :
                List.of(
                        new byte[] {'<', 'a', '>', (byte) 0xc0, (byte) 0xaf, '<', '/', 'a', '>'},
                        new byte[] {'<', 'a', '>', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '<'},
                        "<a/>".getBytes(StandardCharsets.UTF_16))) {
            assertThatThrownBy(() -> XmlParser.parse(ByteBuffer.wrap(octets)))
                    .isInstanceOf(MalformedDocument.class);
        }
    }

    /** The reason for a parser of our own: it reads less than others, and nothing differently. */
    @Property(tries = 3_000)
    void whatIsReadMeansTheSameToTheParserOfTheJdk(@ForAll @From("nearlyXml") String document)
            throws Exception {
        XmlElement ours;
        try {
            ours = parse(document);
        } catch (MalformedDocument _) {
            return;
        }
        assertThat(ours).isEqualTo(jdk(document));
    }

    @Property(tries = 3_000)
    void anyTextIsReadOrRefused(@ForAll String document) {
        try {
            assertThat(parse(document).name()).isNotEmpty();
        } catch (MalformedDocument e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }

    @Provide
    Arbitrary<String> nearlyXml() {
        Arbitrary<String> content =
                Arbitraries.of(
                                "text",
                                " ",
                                "\t",
                                "\r\n",
                                "\r",
                                "&lt;",
                                "&#13;",
                                "&#x1F600;",
                                "]]",
                                "]]>",
                                "<b/>",
                                "<b c='d'/>",
                                "<b c=\"&#10;x\ny\" d=''>",
                                "</b>",
                                "<b></b>",
                                "&amp",
                                "\u00e9",
                                "\ud83d\ude00",
                                "<!-- -->",
                                "<![CDATA[a]]>",
                                "&x;",
                                ">",
                                "'",
                                "\"",
                                "<b>inner</b>")
                        .list()
                        .ofMaxSize(6)
                        .map(parts -> String.join("", parts));
        return content.map(inside -> "<?xml version=\"1.0\"?><a e='f'>" + inside + "</a>");
    }

    private static XmlElement jdk(String document) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return element(
                builder.parse(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)))
                        .getDocumentElement());
    }

    private static XmlElement element(Element element) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            attributes.put(attribute.getNodeName(), attribute.getNodeValue());
        }
        StringBuilder text = new StringBuilder();
        List<XmlElement> children = new ArrayList<>();
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            switch (child) {
                case Element inner -> children.add(element(inner));
                default -> text.append(child.getNodeValue());
            }
        }
        return new XmlElement(element.getTagName(), attributes, text.toString(), children);
    }

    private static void assertRefused(String document) {
        assertThatThrownBy(() -> parse(document)).isInstanceOf(MalformedDocument.class);
    }

    private static XmlElement parse(String document) throws MalformedDocument {
        return XmlParser.parse(ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8)));
    }
}
