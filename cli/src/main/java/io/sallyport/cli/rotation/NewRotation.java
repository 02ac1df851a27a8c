package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Document;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A rotation that is asked for.
 *
 * @param targets ids; all there are if empty
 * @param purpose of the issuing CA; for that kind alone
 * @param canary how many are in the first wave; the server's choice if empty
 * @param waveSize how many are in each later one; the server's choice if empty
 */
public record NewRotation(
        RotationKind kind,
        List<String> targets,
        Optional<String> purpose,
        Optional<Integer> canary,
        Optional<Integer> waveSize) {
    public NewRotation {
        targets = List.copyOf(targets);
    }

    /** One of these targets, in the waves that the server makes. */
    public static NewRotation of(RotationKind kind, List<String> targets) {
        return new NewRotation(kind, targets, Optional.empty(), Optional.empty(), Optional.empty());
    }

    Document document(boolean dryRun) {
        Document document = Document.empty().put("kind", kind.name());
        if (!targets.isEmpty()) {
            document.putTexts("targets", targets);
        }
        purpose.ifPresent(
                name -> document.put("purpose", name.toUpperCase(Locale.ROOT).replace('-', '_')));
        document.put("dryRun", dryRun);
        canary.ifPresent(count -> document.put("canary", count));
        waveSize.ifPresent(count -> document.put("waveSize", count));
        return document;
    }

    String words() {
        if (targets.isEmpty()) {
            return kind.words() + purpose.map(name -> " (%s)".formatted(name)).orElse("");
        }
        return "%s, %d of them".formatted(kind.words(), targets.size());
    }
}
