package io.sallyport.provisioner.deviceconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The templates of the module site-templates; a line "#include name" is a file of its common/. */
final class TemplateFiles {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include ([a-z.]+)\n");

    private TemplateFiles() {}

    /**
     * @param path within the module
     */
    static Template template(String path) {
        return TemplateValues.compiler()
                .compile(INCLUDE.matcher(read(path)).replaceAll(TemplateFiles::included));
    }

    private static String included(MatchResult include) {
        return Matcher.quoteReplacement(read("common/" + include.group(1)));
    }

    private static String read(String path) {
        String resource = "/site-templates/" + path;
        try (InputStream in = TemplateFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no template " + resource);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
