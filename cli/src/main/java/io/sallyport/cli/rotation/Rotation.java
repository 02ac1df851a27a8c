package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.terminal.Sheet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rotation, as the API tells it.
 *
 * @param state a word of the API's; a newer server may have others
 * @param plan what is done, in words
 * @param begunBy whose token began it; a server of an earlier version does not say
 * @param document all of it
 */
record Rotation(
        String id,
        String kind,
        String state,
        List<String> plan,
        List<Wave> waves,
        Optional<Long> lostPackets,
        Optional<String> cause,
        Optional<String> begunBy,
        Optional<String> abortedBy,
        Document document) {
    // STOPPED: what was changed is being put back.
    private static final Set<String> GOING_ON = Set.of("PLANNED", "RUNNING", "STOPPED");

    // The most that the server takes as waveSeconds: it ends a wave that takes longer.
    private static final Duration LONGEST_WAVE = Duration.ofSeconds(10_000);

    Rotation {
        plan = List.copyOf(plan);
        waves = List.copyOf(waves);
    }

    /** Those whose keys change together. */
    record Wave(
            String number,
            List<Target> targets,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            Optional<Long> lostPackets) {
        Wave {
            targets = List.copyOf(targets);
        }

        static Wave of(Document document) {
            return new Wave(
                    document.text("number"),
                    document.list("targets").stream().map(Target::of).toList(),
                    document.optionalInstant("startedAt"),
                    document.optionalInstant("finishedAt"),
                    document.optionalNumber("lostPackets"));
        }
    }

    /** One whose keys change. */
    record Target(
            String id,
            String name,
            String state,
            Optional<Long> lostPackets,
            Optional<String> detail) {
        static Target of(Document document) {
            String id = document.text("id");
            return new Target(
                    id,
                    document.optionalText("name").orElse(id),
                    document.optionalText("state").orElse("-"),
                    document.optionalNumber("lostPackets"),
                    document.optionalText("detail").filter(text -> !text.isEmpty()));
        }
    }

    static Rotation of(Document document) {
        return new Rotation(
                document.optionalText("id").orElse("-"),
                document.text("kind"),
                document.text("state"),
                document.texts("plan"),
                document.optionalList("waves").stream().map(Wave::of).toList(),
                document.optionalNumber("lostPackets"),
                document.optionalText("cause"),
                document.optionalText("begunBy"),
                document.optionalText("abortedBy"),
                document);
    }

    boolean goesOn() {
        return GOING_ON.contains(state);
    }

    boolean done() {
        return state.equals("DONE");
    }

    /**
     * How long it may take: each wave, and once more while nodes return to their former keys. One
     * that waits for a key ceremony has no limit.
     */
    Duration longest() {
        return LONGEST_WAVE.multipliedBy(waves.size() + 1L);
    }

    /** What is not counted while it goes on may still be; afterwards nobody did. */
    static String packets(Optional<Long> count, boolean over) {
        return count.map(Object::toString).orElse(over ? "not measured" : "-");
    }

    void fill(Sheet sheet) {
        sheet.field("Rotation", id)
                .field("Kind", kind)
                .field("State", state)
                .field("Begun by", begunBy)
                .field("Cause", cause)
                .field("Aborted by", abortedBy)
                .field("Lost packets", packets(lostPackets, !goesOn()));
        if (!begun() && !plan.isEmpty()) {
            sheet.gap();
            plan.forEach(sheet::line);
        }
        List<List<String>> rows = new ArrayList<>();
        for (Wave wave : waves) {
            for (Target target : wave.targets()) {
                rows.add(
                        List.of(
                                wave.number(),
                                target.name(),
                                target.state(),
                                packets(
                                        target.lostPackets().or(wave::lostPackets),
                                        wave.finishedAt().isPresent()),
                                target.detail().orElse("")));
            }
        }
        sheet.gap();
        if (rows.isEmpty()) {
            sheet.line("Nothing is to be done.");
        } else {
            sheet.table(List.of("WAVE", "TARGET", "STATE", "LOST", "DETAIL"), rows);
        }
    }

    private boolean begun() {
        return waves.stream().anyMatch(wave -> wave.startedAt().isPresent());
    }
}
