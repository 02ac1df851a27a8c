package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Document;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A rotation that is asked for.
 *
 * @param targets ids; all there are if empty
 * @param purpose of the issuing CA; for that kind alone
 * @param acceptFormerFor how long what the former authority issued is accepted; the server's choice
 *     if empty, and where no authority is replaced
 */
public record NewRotation(
        RotationKind kind,
        List<String> targets,
        Optional<String> purpose,
        Optional<Duration> acceptFormerFor) {
    public NewRotation {
        targets = List.copyOf(targets);
    }

    /** One that leaves the server every choice. */
    public NewRotation(RotationKind kind, List<String> targets, Optional<String> purpose) {
        this(kind, targets, purpose, Optional.empty());
    }

    /**
     * How many change together; what is empty is the server's choice.
     *
     * @param canary in the first wave
     * @param size in each later one
     * @param seconds after which a wave that is not verified has failed
     */
    record Waves(Optional<Integer> canary, Optional<Integer> size, Optional<Integer> seconds) {}

    Document document(Waves waves, boolean dryRun) {
        Document document = Document.empty().put("kind", kind.name());
        if (!targets.isEmpty()) {
            document.putTexts("targets", targets);
        }
        purpose.ifPresent(
                name -> document.put("purpose", name.toUpperCase(Locale.ROOT).replace('-', '_')));
        acceptFormerFor.ifPresent(time -> document.put("acceptFormerFor", time.toString()));
        document.put("dryRun", dryRun);
        waves.canary().ifPresent(count -> document.put("canary", count));
        waves.size().ifPresent(count -> document.put("waveSize", count));
        waves.seconds().ifPresent(seconds -> document.put("waveSeconds", seconds));
        return document;
    }

    String words() {
        if (targets.isEmpty()) {
            return kind.words() + purpose.map(name -> " (%s)".formatted(name)).orElse("");
        }
        return "%s, %d of them".formatted(kind.words(), targets.size());
    }
}
