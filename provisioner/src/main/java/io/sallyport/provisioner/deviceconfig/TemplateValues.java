package io.sallyport.provisioner.deviceconfig;

import com.samskivert.mustache.Mustache;

import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What may stand in a rendered template, decided twice: by type, because only types without free
 * text are written at all, and by character, because only characters are written that mean nothing
 * in swanctl.conf, strongswan.conf or a shell.
 */
final class TemplateValues {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:/%\\[\\]-]{1,300}");

    private TemplateValues() {}

    /** A compiler whose templates write nothing else and in which a missing name is an error. */
    static Mustache.Compiler compiler() {
        return Mustache.compiler()
                .strictSections(true)
                .withFormatter(TemplateValues::format)
                .withEscaper(TemplateValues::refuseSyntax);
    }

    /** A word of ours, such as a proposal, that was checked to be harmless when it was made. */
    record Word(String text) {
        /**
         * @throws IllegalArgumentException if it has any other character
         */
        Word {
            refuseSyntax(text);
        }

        @Override
        public String toString() {
            return "Word[hidden]";
        }
    }

    private static String format(Object value) {
        return switch (value) {
            case DnsName name -> name.value();
            case IpNetwork network -> network.toString();
            case IpAddress address -> address.toString();
            case Duration duration -> duration.toSeconds() + "s";
            // The brackets around an IPv6 address mean something to a shell where no quotes are.
            case URI url -> url.toString();
            case Word word -> word.text();
            default ->
                    throw new IllegalArgumentException(
                            "a %s is nothing that a template may write"
                                    .formatted(value.getClass().getSimpleName()));
        };
    }

    // The value is not said: it may be a secret or what an attacker typed.
    static String refuseSyntax(String value) {
        if (!HARMLESS.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "expected a value of letters, digits and . _ : / % [ ] - alone");
        }
        return value;
    }
}
