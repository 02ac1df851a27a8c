package io.sallyport.provisioner.deviceconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.samskivert.mustache.MustacheException;

import io.sallyport.provisioner.deviceconfig.TemplateValues.Word;
import io.sallyport.wire.DnsName;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

class TemplateValuesTest {
    static Stream<String> hostileNames() throws IOException {
        return HostileNames.all().stream();
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void noHostileNameIsAHostName(String name) {
        assertThatThrownBy(() -> new DnsName(name + ".acme.sallyport.internal"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void noHostileNameIsAWord(String name) {
        assertThatThrownBy(() -> new Word(name)).isInstanceOf(IllegalArgumentException.class);
    }

    // What a later template author might do by mistake: hand over what the customer typed.
    @ParameterizedTest
    @MethodSource("hostileNames")
    void noTextIsWrittenAsItCame(String name) {
        assertThatThrownBy(
                        () ->
                                TemplateValues.compiler()
                                        .compile("id = {{name}}")
                                        .execute(Map.of("name", name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a String is nothing that a template may write");
    }

    @Property
    void whatIsWrittenHasNoSyntax(@ForAll String text) {
        String written;
        try {
            written = TemplateValues.refuseSyntax(text);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(written).doesNotContainPattern("[^A-Za-z0-9._:/%\\[\\]-]");
    }

    @Test
    void missingNameIsAnErrorAndNotAnEmptyString() {
        assertThatThrownBy(
                        () ->
                                TemplateValues.compiler()
                                        .compile("id = {{name}}")
                                        .execute(Map.of("other", new Word("x"))))
                .isInstanceOf(MustacheException.Context.class);
    }
}
