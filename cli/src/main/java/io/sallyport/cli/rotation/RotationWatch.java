package io.sallyport.cli.rotation;

import io.sallyport.cli.terminal.Progress;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tells what changes in a rotation: waves that begin and end, targets that get further. */
final class RotationWatch {
    private final Progress progress;
    private final Map<String, String> targets = new HashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> finished = new HashSet<>();

    RotationWatch(Progress progress) {
        this.progress = progress;
    }

    void tell(Rotation rotation) {
        for (Rotation.Wave wave : rotation.waves()) {
            if (wave.startedAt().isPresent() && begun.add(wave.number())) {
                progress.say(
                        "wave %s of %d: %d to change"
                                .formatted(
                                        wave.number(),
                                        rotation.waves().size(),
                                        wave.targets().size()));
            }
            for (Rotation.Target target : wave.targets()) {
                String before = targets.put(target.id(), target.state());
                if (!target.state().equals(before) && wave.startedAt().isPresent()) {
                    progress.say(
                            "  %s: %s%s"
                                    .formatted(
                                            target.name(),
                                            target.state(),
                                            target.detail().map(", "::concat).orElse("")));
                }
            }
            if (wave.finishedAt().isPresent() && finished.add(wave.number())) {
                progress.say(
                        "wave %s of %d: over, lost packets: %s"
                                .formatted(
                                        wave.number(),
                                        rotation.waves().size(),
                                        Rotation.packets(wave.lostPackets(), true)));
            }
        }
    }
}
