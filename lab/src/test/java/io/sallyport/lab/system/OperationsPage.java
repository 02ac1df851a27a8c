package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a page of docs/operations, as they stand there.
 *
 * @param all in their order
 */
record OperationsPage(List<Block> all) {
    private static final Pattern BLOCK =
            Pattern.compile("^```sh ?(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    OperationsPage {
        all = List.copyOf(all);
    }

    /**
     * Lines that are typed together.
     *
     * @param kind where it stands in the text; empty for what is typed one after the other
     */
    record Block(String kind, String lines) {}

    /**
     * Reads a page.
     *
     * @param count of its blocks: one that the test does not know must not be passed over
     */
    static OperationsPage read(String name, int count) {
        return read(Lab.repository().resolve("docs/operations").resolve(name), count);
    }

    /** As {@link #read(String, int)}, of any page. */
    static OperationsPage read(Path page, int count) {
        String text;
        try {
            text = Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher matcher = BLOCK.matcher(text);
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        assertThat(blocks).hasSize(count);
        return new OperationsPage(blocks);
    }

    /** The lines of each block of a kind. */
    List<String> blocks(String kind) {
        return all.stream().filter(it -> it.kind().equals(kind)).map(Block::lines).toList();
    }
}
